import math

import pytest
import torch
from safetensors.torch import load_file, save_file

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError, IntegrityError
from radzoo.models.adaptation import first_convolution
from radzoo.models.build import create
from radzoo.workflows.predict import open_entry
from radzoo.workflows.selftest import check_loads, make_selftest, pattern, run_selftest
from radzoo.zoo.catalog import find_entry


def change(entry, **changes):
    return ZooEntry.model_validate(entry.model_dump() | changes)


@pytest.fixture
def weights(entry, tmp_path):
    torch.manual_seed(0)
    network = create(entry.architecture, outputs=3, channels=1)
    path = tmp_path / "small.safetensors"
    save_file(network.state_dict(), path)
    return path


@pytest.fixture
def trained(entry, weights, tmp_path):
    """An entry with its own self-test stored."""
    labelled = change(entry, labels=["a", None, "b"])
    return change(labelled, selftest=make_selftest(labelled, cache=tmp_path).model_dump())


def test_the_packaged_model_answers_as_it_did(tmp_path):
    result = run_selftest(find_entry("radzoo-phantom-tiny", ()), cache=tmp_path, offline=True)
    assert result.passed
    assert result.reads == "features"
    assert result.largest_difference < 1e-4
    assert not list(tmp_path.iterdir())


def test_logits_of_trained_outputs_alone_are_stored(trained, tmp_path):
    stored = trained.selftest
    assert stored.reads == "logits"
    assert len(stored.values) == 2
    assert "torch" in stored.made_with
    assert run_selftest(trained, cache=tmp_path, offline=True).passed


def test_features_of_a_backbone(entry, weights, tmp_path):
    stored = make_selftest(entry, cache=tmp_path)
    assert stored.reads == "features"
    assert len(stored.values) == 16
    assert stored == make_selftest(entry, cache=tmp_path)
    changed = change(entry, selftest=stored.model_dump())
    assert run_selftest(changed, cache=tmp_path).largest_difference < 1e-5


@pytest.mark.parametrize("fact", ["mean", "std", "value_range", "fit", "interpolation", "size"])
def test_a_contract_that_changed_is_seen(trained, tmp_path, fact):
    other = {
        "mean": [0.4], "std": [0.3], "value_range": (0.0, 255.0), "fit": "squash",
        "interpolation": "bicubic", "size": 64,
    }  # fmt: skip
    changed = trained.model_copy(
        update={"input": trained.input.model_copy(update={fact: other[fact]})}
    )
    result = run_selftest(changed, cache=tmp_path)
    assert result.passed == (fact == "fit")  # a square image is squashed as it is padded
    assert result.passed or "made with torch" in result.note


def test_the_edge_before_a_crop_is_part_of_the_contract(entry, weights, tmp_path):
    def cropped(resize):
        contract = entry.input.model_copy(update={"fit": "crop", "resize": resize})
        return entry.model_copy(update={"input": contract})

    stored = make_selftest(cropped(40), cache=tmp_path)
    for resize, passes in ((40, True), (48, False), (None, False)):
        tested = cropped(resize).model_copy(update={"selftest": stored})
        assert run_selftest(tested, cache=tmp_path).passed == passes


def test_weights_that_changed_are_seen(entry, trained, weights, tmp_path):
    state = load_file(weights)
    state[f"{first_convolution(create(entry.architecture, outputs=3, channels=1))}.weight"] *= 1.5
    save_file(state, weights)
    result = run_selftest(trained, cache=tmp_path)
    assert not result.passed
    assert result.largest_difference > result.tolerance


def test_too_few_values_are_no_pass(trained, tmp_path):
    values = [*trained.selftest.values, 0.0]
    stored = trained.selftest.model_copy(update={"values": values})
    result = run_selftest(trained.model_copy(update={"selftest": stored}), cache=tmp_path)
    assert not result.passed
    assert math.isinf(result.largest_difference)


def test_a_network_that_says_the_same_of_everything_is_not_tested(entry, weights, tmp_path):
    state = {name: torch.zeros_like(value) for name, value in load_file(weights).items()}
    save_file(state, weights)
    with pytest.raises(InputError, match="says the same of a black image"):
        make_selftest(entry, cache=tmp_path)


def test_an_entry_without_a_selftest(entry, tmp_path):
    with pytest.raises(InputError) as caught:
        run_selftest(entry, cache=tmp_path)
    assert caught.value.id == "no-selftest"


def test_the_pattern_has_no_symmetry():
    image = torch.tensor(pattern())
    for other in (image.flip(0), image.flip(1), image.t(), image.rot90(2)):
        assert (image != other).sum() > 40


VOLUME = {
    "library": "monai", "name": "UNet",
    "arguments": {"spatial_dims": 3, "out_channels": 2, "channels": [2, 4], "strides": [2]},
}  # fmt: skip


@pytest.fixture
def volume(entry, tmp_path):
    """An entry for volumes, of whose input hardly anything is known."""
    made = change(entry, architecture=VOLUME, input={"dimensions": 3, "channels": 1})
    torch.manual_seed(0)
    network = create(made.architecture, outputs=2, channels=1)
    save_file(network.state_dict(), tmp_path / "small.safetensors")
    return made


def test_a_network_for_volumes(volume, tmp_path):
    stored = make_selftest(volume, cache=tmp_path)
    assert len(stored.values) == 16
    assert "monai" in stored.made_with
    tested = volume.model_copy(update={"selftest": stored})
    assert run_selftest(tested, cache=tmp_path).passed
    state = load_file(tmp_path / "small.safetensors")
    state[next(iter(state))] *= 1.5
    save_file(state, tmp_path / "small.safetensors")
    assert not run_selftest(tested, cache=tmp_path).passed


def test_a_network_for_volumes_that_takes_more_than_one_thing(volume, tmp_path, monkeypatch):
    from monai.networks.nets import UNet

    monkeypatch.setattr(UNet, "forward", lambda self, volume, prompt: volume)
    with pytest.raises(InputError, match="cannot be fed a volume of 1 x 64 x 64 x 64"):
        make_selftest(volume, cache=tmp_path)
    check_loads(volume, cache=tmp_path)


def test_weights_load_where_nothing_is_known_of_the_input(entry, weights, tmp_path):
    unknown = change(entry, input={"channels": 1})
    check_loads(unknown, cache=tmp_path)
    state = load_file(weights)
    state.pop(next(name for name in state if name.endswith(".weight")))
    save_file(state, weights)
    with pytest.raises(IntegrityError, match="missing"):
        check_loads(unknown, cache=tmp_path)


def test_a_network_of_volumes_is_asked_only_if_all_facts_are_known(volume, tmp_path):
    labelled = change(volume, task="binary", labels=[None, "a"])
    with pytest.raises(InputError, match="nobody has verified what small expects as"):
        open_entry(labelled, cache=tmp_path, offline=True)

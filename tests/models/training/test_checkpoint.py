import errno
import json
from dataclasses import replace

import pytest
import torch

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.models.build import build_network
from radzoo.models.device import Engine, reproducible
from radzoo.models.training.checkpoint import (
    has_checkpoint,
    read_checkpoint,
    remove_checkpoints,
    write_checkpoint,
)
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.snapshot import Snapshot
from radzoo.models.training.train import train
from radzoo.tasks.losses import sigmoid_loss

CPU = Engine(torch.device("cpu"), amp=False)
ORIGIN = {"seed": 0}


class Stopped(Exception):
    pass


def snapshot(value=1.0):
    return Snapshot({"progress": {"epoch": 1}}, {"weight": torch.full((3, 2), value)})


@pytest.fixture
def teach(make_entry, make_recipe, make_samples, plane_lesson_of):
    """Train as told; stops after `stop_after` questions whether to pause, once kept."""

    def run(folder, *, stop_after=None, **changes):
        recipe = make_recipe(**{"epochs": 2, "dropout": 0.2} | changes)
        network = build_network(
            make_entry("test_resnet"), outputs=1, weights=None, seed=1, dropout=recipe.dropout
        )
        kept = read_checkpoint(folder)
        asked = iter(range(1, 1000))

        def keep(one):
            write_checkpoint(folder, one, ORIGIN)
            raise Stopped

        hooks = Hooks(wants_pause=lambda: next(asked) == stop_after, keep=keep)
        with reproducible(CPU.device, threads=1):
            trained = train(
                network,
                plane_lesson_of(
                    make_samples(33), make_samples(12, seed=9), make_entry("test_resnet")
                ),
                recipe=recipe, engine=CPU,
                loss=lambda logits, wanted: sigmoid_loss(logits, wanted, torch.ones(1)),
                judge=lambda wanted, logits: float(logits[wanted == 1].mean()),
                hooks=hooks, start=kept and kept.snapshot,
            )  # fmt: skip
        return network.state_dict(), trained

    return run


PROBE = {"strategy": "LP", "from_scratch": False}


@pytest.mark.parametrize("changes", [{}, PROBE, PROBE | {"augmentation": "none"}])
def test_a_stopped_training_ends_with_the_same_bits(teach, tmp_path, changes):
    whole, trained = teach(tmp_path / "whole", **changes)
    # Four steps and the end of an epoch are five questions; each number counts from the stop.
    for stop_after in (4, 3):
        with pytest.raises(Stopped):
            teach(tmp_path / "run", stop_after=stop_after, **changes)
    again, resumed = teach(tmp_path / "run", **changes)
    assert all(torch.equal(again[name], value) for name, value in whole.items())
    timeless = {"seconds": 0.0, "images_per_s": 0.0}
    assert [replace(epoch, **timeless) for epoch in resumed.history] == [
        replace(epoch, **timeless) for epoch in trained.history
    ]
    assert resumed.best_epoch == trained.best_epoch


def test_a_training_that_is_over_only_gives_its_result(teach, tmp_path):
    with pytest.raises(Stopped):
        teach(tmp_path, stop_after=10)
    kept = read_checkpoint(tmp_path)
    assert kept.snapshot.values["progress"]["epoch"] == 3
    state, trained = teach(tmp_path)
    assert len(trained.history) == 2
    assert any(torch.equal(state["fc.weight"], kept.snapshot.tensors[name])
               for name in kept.snapshot.tensors if name.endswith("best/fc.weight"))  # fmt: skip


def test_a_checkpoint_of_other_layers_is_refused(teach, tmp_path):
    with pytest.raises(Stopped):
        teach(tmp_path, stop_after=2)
    kept = read_checkpoint(tmp_path)
    del kept.snapshot.values["scaler"]
    write_checkpoint(tmp_path, kept.snapshot, ORIGIN)
    with pytest.raises(IntegrityError) as caught:
        teach(tmp_path)
    assert caught.value.id == "checkpoint-does-not-fit"


def test_moments_lie_in_memory_as_their_weights_do():
    from radzoo.models.training.snapshot import lay_out_like_weights

    weight = torch.nn.Parameter(torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last))
    optimizer = torch.optim.AdamW([weight])
    values = torch.rand(2, 3, 4, 5)
    optimizer.state[weight] = {"exp_avg": values.clone(), "step": torch.tensor(1.0)}
    lay_out_like_weights(optimizer)
    assert optimizer.state[weight]["exp_avg"].stride() == weight.stride()
    assert torch.equal(optimizer.state[weight]["exp_avg"], values)


def test_two_are_kept_and_nothing_else(tmp_path):
    assert not has_checkpoint(tmp_path)
    assert read_checkpoint(tmp_path / "absent") is None
    for value in (1.0, 2.0, 3.0):
        write_checkpoint(tmp_path, snapshot(value), ORIGIN)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "state-000002.json", "state-000002.safetensors",
        "state-000003.json", "state-000003.safetensors",
    ]  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    kept = read_checkpoint(tmp_path)
    assert (kept.origin, kept.snapshot.tensors["weight"][0, 0]) == (ORIGIN, 3.0)
    remove_checkpoints(tmp_path)
    assert list(tmp_path.iterdir()) == []


def spoil_tensors(path):
    data = bytearray(path.with_suffix(".safetensors").read_bytes())
    data[-1] ^= 1
    path.with_suffix(".safetensors").write_bytes(data)


def spoil_values(path):
    document = json.loads(path.read_text())
    document["state"]["progress"]["epoch"] = 9
    path.write_text(json.dumps(document))


def cut(path):
    path.write_text(path.read_text()[:-9])


def lose_tensors(path):
    path.with_suffix(".safetensors").unlink()


SPOILERS = [spoil_tensors, spoil_values, cut, lose_tensors]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_a_damaged_one_is_said_and_the_one_before_is_taken(tmp_path, spoil):
    write_checkpoint(tmp_path, snapshot(1.0), ORIGIN)
    spoil(write_checkpoint(tmp_path, snapshot(2.0), ORIGIN))
    said = []
    assert read_checkpoint(tmp_path, said.append).snapshot.tensors["weight"][0, 0] == 1.0
    assert said == ["the checkpoint state-000002.json is damaged"]


def test_none_that_is_whole(tmp_path):
    for spoil in SPOILERS[:2]:
        spoil(write_checkpoint(tmp_path, snapshot(), ORIGIN))
    with pytest.raises(IntegrityError) as caught:
        read_checkpoint(tmp_path)
    assert caught.value.id == "damaged-checkpoints"


@pytest.mark.parametrize(
    "place",
    [
        "os.fsync",
        "pathlib.Path.replace",
        "radzoo.models.training.checkpoint.write_safetensors",
        "radzoo.core.publish._write_bytes",
        "tempfile.mkstemp",
    ],
)
@pytest.mark.parametrize("nth", range(1, 7))
def test_a_full_disk_leaves_the_one_before(tmp_path, monkeypatch, place, nth):
    write_checkpoint(tmp_path, snapshot(1.0), ORIGIN)
    before = sorted(tmp_path.iterdir())
    module, name = place.rsplit(".", 1)
    owner = __import__("pkgutil").resolve_name(module)
    real, calls = getattr(owner, name), iter(range(1, 1000))

    def full(*arguments, **options):
        if next(calls) >= nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(place, full)
        try:
            write_checkpoint(tmp_path, snapshot(2.0), ORIGIN)
            said = None
        except EnvironmentFailure as failure:
            said = str(failure)
    assert (said is None) == (next(calls) <= nth)
    assert said is None or "no space left on device" in said
    assert said is None or sorted(tmp_path.iterdir()) == before
    assert read_checkpoint(tmp_path).snapshot.tensors["weight"][0, 0] == (1.0 if said else 2.0)


def test_what_the_disk_does_not_hold_is_not_called_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "radzoo.models.training.checkpoint.write_safetensors", lambda path, tensors: "0" * 64
    )
    with pytest.raises(EnvironmentFailure, match="does not hold what was written"):
        write_checkpoint(tmp_path, snapshot(), ORIGIN)
    assert list(tmp_path.iterdir()) == []

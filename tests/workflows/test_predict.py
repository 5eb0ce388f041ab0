import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import ExitCode, InputError, IntegrityError, RefusedError
from radzoo.core.predictions_file import read_predictions
from radzoo.data.options import DataOptions
from radzoo.models.build import create
from radzoo.models.weights import save_state
from radzoo.workflows.finetune import FinetuneConfig, finetune
from radzoo.workflows.predict import PredictConfig, open_entry, open_model, open_run, predict


@pytest.fixture
def run(entry, tmp_path, write_npz):
    config = FinetuneConfig(
        entry=entry,
        data=write_npz(),
        out=tmp_path / "run",
        cache=tmp_path / "cache",
        device="cpu",
        wishes={"epochs": 1, "batch_size": 8, "from_scratch": True},
    )
    finetune(config)
    return tmp_path / "run"


@pytest.fixture
def ask(tmp_path):
    return PredictConfig(
        data=tmp_path / "data.npz",
        cache=tmp_path / "cache",
        options=DataOptions(needs_targets=False),
        device="cpu",
    )


def change(config, **changes):
    from dataclasses import replace

    return replace(config, **changes)


def test_gives_the_scores_of_the_run(run, ask):
    again = predict(open_run(run), change(ask, split="test"))
    kept = read_predictions(run / "predictions-test.csv")
    assert again.case_ids == kept.case_ids
    assert np.array_equal(again.scores, kept.scores)
    assert np.array_equal(again.targets, kept.targets)


def test_all_splits_and_any_batch_size(run, ask):
    every = predict(open_run(run), ask)
    assert len(every.case_ids) == 24 + 10 + 12
    alone = predict(open_run(run), change(ask, batch_size=1))
    np.testing.assert_allclose(alone.scores, every.scores, atol=1e-6)


def test_a_flipped_byte_in_the_weights_is_refused(run):
    data = bytearray((run / "weights.safetensors").read_bytes())
    data[-3] ^= 1
    (run / "weights.safetensors").write_bytes(data)
    with pytest.raises(IntegrityError) as caught:
        open_run(run)
    assert caught.value.exit_code == ExitCode.INTEGRITY


@pytest.mark.parametrize("name", ["config.json", "manifest.json", "weights.safetensors"])
def test_a_run_with_a_missing_file(run, name):
    (run / name).unlink()
    with pytest.raises(InputError):
        open_run(run)


def test_a_path_is_no_name_of_a_model(tmp_path):
    with pytest.raises(InputError) as caught:
        open_model(str(tmp_path / "absent"), cache=tmp_path, offline=True)
    assert caught.value.id == "no-such-run"


def test_a_backbone_has_nothing_to_say(entry, tmp_path):
    with pytest.raises(InputError, match="no trained output: fine-tune it first"):
        open_entry(entry, cache=tmp_path, offline=True)


def test_a_trained_model_of_the_zoo_speaks_for_itself(entry, run, ask, tmp_path):
    network = create(entry.architecture, outputs=1, channels=1)
    network.load_state_dict(load_file(run / "weights.safetensors"))
    save_state(tmp_path / "small.safetensors", network, "{}")
    values = entry.model_dump() | {"task": "binary", "labels": ["pneumonia"]}
    trained = ZooEntry.model_validate(values)
    said = predict(open_entry(trained, cache=tmp_path, offline=True), change(ask, split="test"))
    kept = read_predictions(run / "predictions-test.csv")
    np.testing.assert_allclose(said.scores, kept.scores, atol=1e-6)


def test_an_output_that_was_never_trained_is_never_shown(entry, run, ask, tmp_path):
    """Its weights are enormous: whoever looked at them would see it."""
    state = load_file(run / "weights.safetensors")
    published = dict(state)
    for name in ("fc.weight", "fc.bias"):
        wild = torch.full_like(state[name], 1e6)
        published[name] = torch.cat([wild, state[name], wild])
    save_file(published, tmp_path / "small.safetensors")
    values = entry.model_dump() | {"task": "binary", "labels": [None, "pneumonia", None]}
    trained = ZooEntry.model_validate(values)
    ready = open_entry(trained, cache=tmp_path, offline=True)
    assert ready.labels == ("pneumonia",)
    said = predict(ready, change(ask, split="test"))
    kept = read_predictions(run / "predictions-test.csv")
    assert said.labels == ("pneumonia",)
    np.testing.assert_allclose(said.scores, kept.scores, atol=1e-6)


@pytest.mark.parametrize("labels", [[None, None], []])
def test_a_model_whose_outputs_were_never_trained(entry, tmp_path, labels):
    values = entry.model_dump() | {"task": "binary", "labels": labels}
    with pytest.raises(InputError, match="no trained output"):
        open_entry(ZooEntry.model_validate(values), cache=tmp_path, offline=True)


def test_more_trained_outputs_than_the_task_reads(entry, tmp_path):
    values = entry.model_dump() | {"task": "binary", "labels": ["a", "b"]}
    with pytest.raises(InputError) as caught:
        open_entry(ZooEntry.model_validate(values), cache=tmp_path, offline=True)
    assert caught.value.id == "wrong-number-of-labels"


def test_a_split_that_is_not_there(run, ask, tmp_path, write_npz):
    data = write_npz(
        "other.npz", spoil=lambda parts: [parts.pop(k) for k in list(parts) if "val" in k]
    )
    with pytest.raises(InputError) as caught:
        predict(open_run(run), change(ask, data=data, split="val"))
    assert caught.value.id == "no-cases"


@pytest.mark.parametrize(
    "head", [b"\x89PNG\r\n\x1a\n", b"\0" * 128 + b"DICM"], ids=["PNG", "DICOM"]
)
def test_nothing_but_refused_images_is_an_error_whatever_is_allowed(run, ask, tmp_path, head):
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.img").write_bytes(head + b"broken")
    with pytest.raises(RefusedError, match=r"1 of 1 cases were refused, first a\.img"):
        predict(open_run(run), change(ask, data=folder, max_refused=1.0))


def write_manifest(path, header, *rows):
    lines = [header, *(f"data.npz::test_images/{row},{cells}" for row, cells in enumerate(rows))]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_finding_that_the_data_spell_otherwise_is_the_same_finding(run, ask, tmp_path):
    data = write_manifest(tmp_path / "other.csv", "path,target:Pneumonia", "1", "0", "")
    warnings = []
    said = predict(open_run(run), change(ask, data=data), warn=warnings.append)
    assert said.labels == ("positive",)
    np.testing.assert_array_equal(said.targets[:, 0], [1, 0, np.nan])
    assert warnings == [
        "the data call the finding 'Pneumonia', the model 'positive': they are taken for the same"
    ]


@pytest.mark.parametrize(
    ("header", "rows"),
    [("path,target:a,target:b", ["1,0", "0,1"]), ("path,target:class", ["1", "2"])],
    ids=["two labels", "several classes"],
)
def test_other_findings_are_no_targets(run, ask, tmp_path, header, rows):
    data = write_manifest(tmp_path / "other.csv", header, *rows)
    warnings = []
    said = predict(open_run(run), change(ask, data=data), warn=warnings.append)
    assert np.isnan(said.targets).all()
    assert warnings[0].endswith("no target is taken over")

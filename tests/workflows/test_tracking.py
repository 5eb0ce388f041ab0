"""A run and what other programs keep of it."""

import json

import pytest

pytest.importorskip("tensorboard")

from radzoo.core.plan import Plan
from radzoo.workflows.finetune import FinetuneConfig, finetune
from radzoo.workflows.run.folder import RunFolder, RunManifest

QUICK = {"epochs": 2, "batch_size": 8, "from_scratch": True}


@pytest.fixture
def run(entry, tmp_path, write_npz):
    finetune(
        FinetuneConfig(
            entry=entry, data=write_npz(), out=tmp_path / "run", cache=tmp_path / "cache",
            device="cpu", wishes=QUICK, track=("tensorboard",),
        )
    )  # fmt: skip
    return RunFolder(tmp_path / "run")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_curves_are_those_of_the_history_and_no_case_is_named(run, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    document = json.loads(run.history_json.read_text())
    assert document["schema_version"] == 1
    events = EventAccumulator(str(run.tracking / "tensorboard"))
    events.Reload()
    for name in ("train_loss", "val_loss", "val_auroc", "lr"):
        wanted = [pytest.approx(line[name], rel=1e-6) for line in document["epochs"]]
        assert [one.value for one in events.Scalars(name)] == wanted
        assert [one.step for one in events.Scalars(name)] == [1, 2]
    written = b"".join(p.read_bytes() for p in run.tracking.rglob("*") if p.is_file())
    for secret in (str(tmp_path), "data.npz", "train_images", "pneumonia"):
        assert secret.encode() not in written
    manifest = RunManifest.model_validate_json(run.manifest.read_text())
    assert not [name for name in manifest.outputs if name.startswith("tracking")]
    assert {"plan.json", "history.json"} <= set(manifest.outputs)
    plan = Plan.model_validate_json(run.plan.read_text())
    config = json.loads(run.config.read_text())
    assert plan.value("image_size") == config["image_size"]
    assert plan.value("lr") == config["recipe"]["lr"]


def test_the_history_is_the_same_as_csv_and_as_json(run):
    header, *lines = run.history.read_text().splitlines()
    epochs = json.loads(run.history_json.read_text())["epochs"]
    assert [list(map(str, epoch.values())) for epoch in epochs] == [
        ["None" if part == "nan" else part for part in line.split(",")] for line in lines
    ]
    assert list(epochs[0]) == header.split(",")

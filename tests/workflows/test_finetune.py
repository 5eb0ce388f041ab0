import csv
import hashlib
import json
import os
import shutil

import numpy as np
import pytest
import torch
from PIL import Image as Pillow
from safetensors.torch import load_file, save_file

from radzoo.core.errors import (
    EnvironmentFailure,
    ExitCode,
    InputError,
    IntegrityError,
    RefusedError,
    UsageError,
)
from radzoo.core.predictions_file import read_predictions
from radzoo.core.thresholds import read_thresholds
from radzoo.metrics.auroc import auroc
from radzoo.models.build import create
from radzoo.workflows.finetune import FinetuneConfig, Watcher, finetune
from radzoo.workflows.run.config import read_options
from radzoo.workflows.run.folder import RunFolder, RunManifest, read_config, read_report

QUICK = {"epochs": 2, "batch_size": 8, "from_scratch": True}


@pytest.fixture
def configure(entry, tmp_path, write_npz):
    def make(**changes):
        wishes = QUICK | changes.pop("wishes", {})
        values = {
            "entry": entry,
            "data": changes.pop("data", None) or write_npz(),
            "out": tmp_path / "run",
            "cache": tmp_path / "cache",
            "device": "cpu",
        }
        return FinetuneConfig(**(values | changes), wishes=wishes)

    return make


def left_behind(folder):
    return sorted(path.name for path in folder.iterdir() if "run" in path.name)


def test_leaves_a_whole_run(configure, tmp_path):
    report = finetune(configure())
    run = RunFolder(tmp_path / "run")
    assert {path.name for path in run.path.iterdir()} == {
        "checkpoints", "config.json", "history.csv", "history.json", "manifest.json", "plan.json",
        "predictions-test.csv", "predictions-val.csv", "report.json", "thresholds.json",
        "weights.safetensors",
    }  # fmt: skip
    assert left_behind(tmp_path) == ["run"]
    assert run.path.stat().st_mode & 0o777 == 0o700
    assert report.run == str(run.path)
    assert report.model == "small"

    test = read_predictions(run.predictions("test"))
    assert len(test.case_ids) == 12
    value = auroc(test.targets[:, 0], test.scores[:, 0])
    assert next(m.value for m in report.metrics if m.name == "auroc") == pytest.approx(value)
    assert [m.model_dump() for m in read_report(run).metrics] == [
        m.model_dump() for m in report.metrics
    ]


def test_the_threshold_is_frozen_on_validation(configure, tmp_path):
    finetune(configure())
    run = RunFolder(tmp_path / "run")
    (frozen,) = read_thresholds(run.thresholds)
    digest = hashlib.sha256(run.predictions("val").read_bytes()).hexdigest()
    assert (frozen.n, frozen.n_positive, frozen.predictions_sha256) == (10, 5, digest)
    (point,) = read_report(run).operating_points
    assert (point.threshold, point.chosen_on) == (frozen.threshold, "validation")


def test_history_has_one_line_per_epoch(configure, tmp_path):
    told = []
    watcher = Watcher(on_epoch=lambda epoch, improved: told.append((epoch, improved)))
    report = finetune(configure(wishes={"epochs": 3}), watcher)
    with (tmp_path / "run" / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:8] == [
        "epoch", "train_loss", "val_loss", "val_auroc", "lr", "lr_encoder", "images_per_s",
        "seconds",
    ]  # fmt: skip
    assert [float(row["val_auroc"]) for row in rows] == [epoch.score for epoch, _ in told]
    assert report.best_epoch == max(epoch.epoch for epoch, improved in told if improved)


def test_the_manifest_tells_what_went_in_and_came_out(configure, tmp_path):
    config = configure()
    finetune(config)
    run = RunFolder(tmp_path / "run")
    manifest = RunManifest.model_validate_json(run.manifest.read_text())
    for name, sha256 in manifest.outputs.items():
        assert hashlib.sha256((run.path / name).read_bytes()).hexdigest() == sha256
    assert set(manifest.outputs) >= {"weights.safetensors", "config.json", "report.json"}
    hashes = {one.kind: one.sha256 for one in manifest.inputs}
    assert hashes["data"] == hashlib.sha256(config.data.read_bytes()).hexdigest()
    assert manifest.n_cases == {"train": 24, "val": 10, "test": 12}
    assert manifest.versions["torch"] == torch.__version__.split("+")[0]
    assert manifest.seconds["training"] > 0


def test_two_runs_are_identical_to_the_bit(configure, tmp_path):
    for name in ("one", "two"):
        torch.manual_seed(len(name) + ord(name[0]))
        finetune(configure(out=tmp_path / name))
    for file in ("weights.safetensors", "predictions-test.csv", "predictions-val.csv",
                 "thresholds.json", "config.json"):  # fmt: skip
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_configuration_repeats_the_run(configure, tmp_path):
    finetune(configure(wishes={"seed": 5, "dropout": 0.2}))
    again = read_config(tmp_path / "run" / "config.json")
    finetune(
        configure(
            out=tmp_path / "again",
            entry=again.entry,
            options=read_options(again.data_options),
            image_size=again.image_size,
            wishes=dict(again.recipe),
        )
    )
    first, second = (tmp_path / name / "weights.safetensors" for name in ("run", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_published_weights_are_the_start(configure, tmp_path, entry):
    torch.manual_seed(3)
    published = create(entry.architecture, outputs=1000, channels=1).state_dict()
    save_file(published, tmp_path / "small.safetensors")
    said = []
    finetune(configure(wishes={"strategy": "LP", "from_scratch": False}), Watcher(log=said.append))
    taught = load_file(tmp_path / "run" / "weights.safetensors")
    changed = {name for name in taught if not torch.equal(taught[name], published[name])}
    assert changed == {"fc.weight", "fc.bias"}
    assert taught["fc.weight"].shape[0] == 1
    assert any("new last layer" in line for line in said)
    assert any(
        one["kind"] == "weights"
        for one in json.loads((tmp_path / "run" / "manifest.json").read_text())["inputs"]
    )


def test_an_empty_folder_may_become_the_run(configure, tmp_path):
    (tmp_path / "run").mkdir()
    finetune(configure())
    assert (tmp_path / "run" / "report.json").is_file()


def test_an_existing_run_is_refused_before_any_work(configure, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError) as caught:
        finetune(configure(data=tmp_path / "absent.npz"))
    assert (caught.value.id, caught.value.exit_code) == ("run-exists", ExitCode.USAGE)


def test_overwrite_replaces_a_run_and_nothing_else(configure, tmp_path):
    finetune(configure())
    old = (tmp_path / "run" / "weights.safetensors").read_bytes()
    (tmp_path / "run" / "stray").write_text("x")
    finetune(configure(overwrite=True, wishes={"seed": 1}))
    assert (tmp_path / "run" / "weights.safetensors").read_bytes() != old
    assert not (tmp_path / "run" / "stray").exists()
    home = tmp_path / "home-run"
    home.mkdir()
    (home / "thesis.txt").write_text("precious")
    with pytest.raises(UsageError) as caught:
        finetune(configure(out=home, overwrite=True))
    assert caught.value.id == "not-a-run"
    assert (home / "thesis.txt").exists()


def test_a_failed_run_leaves_the_old_one_and_nothing_else(configure, tmp_path, monkeypatch):
    finetune(configure())
    old = (tmp_path / "run" / "weights.safetensors").read_bytes()

    def fail(*arguments, **options):
        raise IntegrityError("no", id="loss-not-finite", hint="none")

    monkeypatch.setattr("radzoo.workflows.finetune.teach", fail)
    with pytest.raises(IntegrityError):
        finetune(configure(overwrite=True))
    assert (tmp_path / "run" / "weights.safetensors").read_bytes() == old
    assert left_behind(tmp_path) == ["run"]


def test_two_processes_cannot_make_one_run(configure, tmp_path):
    second = []

    def start_again(recipe, n_train):
        for changes in ({}, {"resume": True}, {"overwrite": True}):
            with pytest.raises(IntegrityError, match=f"process {os.getpid()} on") as caught:
                finetune(configure(**changes))
            second.append(caught.value.id)

    finetune(configure(), Watcher(on_recipe=start_again))
    assert second == ["run-in-progress"] * 3
    assert left_behind(tmp_path) == ["run"]


def test_a_place_that_cannot_be_written(configure, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(EnvironmentFailure) as caught:
        finetune(configure(out=tmp_path / "file" / "run", data=tmp_path / "absent.npz"))
    assert caught.value.id == "cannot-write"


def test_one_class_in_a_split(configure, tmp_path, write_npz):
    data = write_npz(spoil=lambda parts: parts["val_labels"].fill(1))
    with pytest.raises(InputError, match="val split has 10 cases") as caught:
        finetune(configure(data=data))
    assert caught.value.id == "one-class-split"
    assert left_behind(tmp_path) == []


@pytest.fixture
def folder(tmp_path):
    """Class folders of 60 PNG images."""
    import numpy as np
    from PIL import Image

    numbers = np.random.default_rng(0)
    for number in range(60):
        pixels = numbers.integers(0, 120, (28, 28)).astype(np.uint8)
        name = "sick" if number % 2 else "normal"
        pixels[:10, :10] += 100 * (number % 2)
        place = tmp_path / "images" / name / f"p{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place)
    return tmp_path / "images"


def test_a_refused_image_among_good_ones_is_counted(configure, folder, tmp_path):
    bad = folder / "sick" / "p59.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + b"broken")
    warnings = []
    finetune(
        configure(data=folder, options=read_options({"positive": "sick"})),
        Watcher(warn=warnings.append),
    )
    assert any("1 of 60 cases were refused" in line and "p59.png" in line for line in warnings)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    (refused,) = manifest["refused"]
    assert refused["case_id"].endswith("p59.png")
    assert sum(manifest["n_cases"].values()) == 59
    report = read_report(RunFolder(tmp_path / "run"))
    for kept in (manifest["warnings"], report.warnings):
        assert any("1 of 60 cases were refused" in line for line in kept)


@pytest.mark.parametrize(("n_bad", "max_refused"), [(1, 0.0), (4, 0.05)])
def test_too_many_refused_images(configure, folder, tmp_path, n_bad, max_refused):
    for path in sorted((folder / "sick").iterdir())[:n_bad]:
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"broken")
    options = read_options({"positive": "sick"})
    with pytest.raises(RefusedError, match=f"{n_bad} of 60") as caught:
        finetune(configure(data=folder, options=options, max_refused=max_refused))
    assert caught.value.exit_code == ExitCode.INPUT
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    ("wishes", "id_"),
    [
        ({"lr": -1.0}, "bad-setting"),
        ({"learning_rate": 1.0}, "unknown-setting"),
        ({"strategy": "LP"}, "probe-from-scratch"),
        ({"epochs": "many"}, "bad-setting"),
        ({"batch_size": 0}, "bad-setting"),
    ],
)
def test_wrong_settings_end_it_before_any_work(configure, tmp_path, wishes, id_):
    with pytest.raises(UsageError) as caught:
        finetune(configure(wishes=wishes, data=tmp_path / "absent.npz"))
    assert caught.value.id == id_


def test_a_run_can_be_moved(configure, tmp_path):
    from radzoo.workflows.predict import open_run

    finetune(configure())
    shutil.move(tmp_path / "run", tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "cache")
    assert open_run(tmp_path / "elsewhere").labels == tuple(
        read_config(tmp_path / "elsewhere" / "config.json").labels
    )


def test_a_network_of_photographs_is_fed_whole_radiographs(configure, tmp_path):
    entry = configure().entry
    cropped = entry.model_copy(
        update={"input": entry.input.model_copy(update={"fit": "crop", "resize": 36})}
    )
    photographs = cropped.model_copy(update={"modality": "natural images"})
    finetune(configure(entry=photographs, wishes={"epochs": 1}))
    config = read_config(tmp_path / "run" / "config.json")
    assert (config.fit, config.plane.fit, config.plane.edge_at(32)) == ("pad", "pad", None)
    finetune(configure(entry=cropped, out=tmp_path / "own", wishes={"epochs": 1}))
    own = read_config(tmp_path / "own" / "config.json")
    assert (own.fit, own.plane.fit, own.plane.edge_at(32)) == (None, "crop", 36)


def test_several_findings_are_taught_and_judged_each_by_itself(configure, tmp_path):
    """The second finding is the opposite of the first, and nobody labelled it in validation."""
    lines = ["case_id,path,patient_id,split,target:bright,target:dark"]
    for number in range(48):
        split = ("train", "val", "test")[number % 3]
        bright = number // 3 % 2
        image = np.full((32, 32), 60 + 120 * bright, np.uint8)
        image[number % 32] = 255
        Pillow.fromarray(image).save(tmp_path / f"{number}.png")
        dark = "" if split == "val" else 1 - bright
        lines.append(f"{number},{number}.png,p{number},{split},{bright},{dark}")
    table = tmp_path / "two.csv"
    table.write_text("\n".join(lines))
    report = finetune(configure(task="multilabel", data=table, wishes={"epochs": 1}))
    frozen = read_thresholds(tmp_path / "run" / "thresholds.json")
    known = [(one.label, one.threshold is not None) for one in frozen]
    assert known == [("bright", True), ("dark", False)]
    assert {value.label for value in report.metrics} == {"bright", "dark", "macro"}
    predictions = read_predictions(tmp_path / "run" / "predictions-test.csv")
    assert predictions.scores.shape == (16, 2)

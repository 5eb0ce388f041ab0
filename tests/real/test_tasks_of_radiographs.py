"""Findings, classes and numbers of real radiographs, learnt in minutes by the packaged model.

The figures are printed (`-s`); only what any working training gives is asked for.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from radzoo.core.predictions_file import read_predictions

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600)]

FINDINGS = (
    "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis",
    "Hernia", "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia", "Pneumothorax",
)  # fmt: skip
BLANK = 0.2


@pytest.fixture(scope="session")
def nih(real_data, tmp_path_factory):
    """Write a manifest of `nih_cxr` without its split, which shares patients, and some targets."""
    folder = real_data / "nih_cxr"
    with (folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    def write(name, targets_of):
        manifest = tmp_path_factory.mktemp("nih") / f"{name}.csv"
        targets = [targets_of(row) for row in rows]
        with manifest.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["path", "patient_id", *targets[0]])
            for row, known in zip(rows, targets, strict=True):
                image = next((folder / "images").rglob(row["Image Index"]))
                writer.writerow([image, row["Patient ID"], *known.values()])
        return manifest

    return write


@pytest.fixture
def learn(radzoo, tmp_path):
    """Teach the packaged model; gives the run and its metrics."""

    def run(manifest, task, *more) -> tuple[Path, dict]:
        out = tmp_path / "run"
        code, told, err = radzoo(
            "finetune", "radzoo-phantom-tiny", "--data", manifest, "--out", out, "--task", task,
            "--image-size", 64, "--device", "cpu", *more, "--json",
        )  # fmt: skip
        assert code == 0, err
        metrics = json.loads(told)["metrics"]
        return out, {(one["label"], one["name"]): one for one in metrics}

    return run


def tell(metrics):
    """Print every metric with its interval; last, for the next command takes what is printed."""
    for one in metrics.values():
        if one["low"] is not None:
            print(
                f"{one['label']} {one['name']} {one['value']:.3f} "
                f"({one['low']:.3f} to {one['high']:.3f}, {one['method']}), n {one['n']}"
            )


def test_fourteen_findings_with_blanks(nih, learn):
    chance = np.random.default_rng(0)

    def targets(row):
        there = row["Finding Labels"].split("|")
        blank = chance.random(len(FINDINGS)) < BLANK
        return {
            f"target:{name}": "" if unknown else int(name in there)
            for name, unknown in zip(FINDINGS, blank, strict=True)
        }

    run, metrics = learn(nih("findings", targets), "multilabel", "--epochs", 12)
    test = read_predictions(run / "predictions-test.csv")
    known = ~np.isnan(test.targets)
    assert 0.15 < 1 - known.mean() < 0.25
    values = [metrics[name, "auroc"]["value"] for name in FINDINGS]
    found = [value for value in values if value is not None]
    tell(metrics)
    print(f"mean AUROC of {len(found)} findings {np.mean(found):.3f}")
    assert np.mean(found) > 0.5
    manifest = json.loads((run / "manifest.json").read_text())
    n = manifest["n_cases"]["train"]
    assert all(0.7 * n < manifest["n_labelled"]["train"][name] < 0.9 * n for name in FINDINGS)


def test_age_against_the_mean_age(nih, learn):
    manifest = nih("age", lambda row: {"target:age": row["Patient Age"]})
    run, metrics = learn(manifest, "regression", "--epochs", 12)
    test = read_predictions(run / "predictions-test.csv")
    centre = json.loads((run / "config.json").read_text())["reading"]["centre"][0]
    floor = np.abs(test.targets[:, 0] - centre).mean()
    tell(metrics)
    print(f"MAE of always saying {centre:.1f}: {floor:.2f} years")
    assert metrics["age", "mae"]["value"] < floor


def test_sex(nih, learn):
    manifest = nih("sex", lambda row: {"target:female": int(row["Patient Gender"] == "F")})
    _, metrics = learn(manifest, "binary", "--epochs", 12)
    tell(metrics)
    assert metrics["female", "auroc"]["low"] > 0.5


@pytest.fixture(scope="session")
def kermany_classes(real_data, tmp_path_factory):
    """A third of `kermany_cxr` with its three classes; training patients are in no other split."""
    folder = real_data / "kermany_cxr"
    with (folder / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    tested = {row["patient"] for row in rows if row["split"] == "test"}
    kept = [row for row in rows if row["split"] == "test" or row["patient"] not in tested]
    manifest = tmp_path_factory.mktemp("kermany") / "classes.csv"
    with manifest.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "patient_id", "split", "target:cause"])
        for at, row in enumerate(kept):
            if row["split"] == "test" or at % 3 == 0:
                path = folder / row["split"] / row["label"] / row["file"]
                writer.writerow([path, row["patient"], row["split"], row["sub"]])
    return manifest


def test_three_classes(kermany_classes, learn, radzoo):
    run, metrics = learn(kermany_classes, "multiclass", "--epochs", 6)
    assert metrics["all", "auroc_macro"]["low"] > 0.8
    assert metrics["all", "accuracy"]["low"] > metrics["all", "majority_accuracy"]["value"]
    code, out, err = radzoo("evaluate", run, "--json")
    assert code == 0, err
    assert json.loads(out)["labels"] == ["bacteria", "normal", "virus"]
    tell(metrics)

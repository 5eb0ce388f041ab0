"""Lungs in radiographs, the hippocampus in MR: masks and volumes from data to report."""

import csv
import json

import pytest

pytestmark = [pytest.mark.real, pytest.mark.slow]

LUNGS = ("--task", "segmentation", "--structures", "lungs", "--device", "cpu")
PARTS = ("--task", "segmentation", "--structures", "1=anterior,2=posterior", "--device", "cpu")


def write_table(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def ask(radzoo, *arguments):
    code, out, err = radzoo(*arguments, "--json", "-q")
    assert code == 0, err
    return json.loads(out)


def find(report, name, label):
    return next(
        one for one in report["metrics"] if (one["name"], one["label"]) == (name, label)
    )  # fmt: skip


@pytest.fixture(scope="session")
def lungs(real_data, tmp_path_factory):
    folder = real_data / "covid_cxr_lungs"
    with (folder / "index.csv").open(newline="") as file:
        rows = [
            {"case_id": row["file"], "path": folder / "images" / row["file"],
             "mask": folder / "masks" / row["file"], "patient_id": row["patient_id"]}
            for row in csv.DictReader(file)
        ]  # fmt: skip
    return write_table(tmp_path_factory.mktemp("lungs") / "lungs.csv", rows)


@pytest.fixture(scope="session")
def hippocampus(real_data, tmp_path_factory):
    folder = real_data / "hippocampus"
    rows = [
        {"case_id": image.name.partition(".")[0], "path": image,
         "mask": folder / "labels" / image.name}
        for image in sorted((folder / "images").glob("*.nii.gz"))
    ]  # fmt: skip
    assert len(rows) == 200
    return write_table(tmp_path_factory.mktemp("hippocampus") / "hippocampus.csv", rows)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_lungs_by_five_folds_over_patients(radzoo, lungs, tmp_path):
    run = tmp_path / "run"
    report = ask(
        radzoo, "finetune", "radzoo-unet-phantom", "--data", lungs, "--out", run, *LUNGS,
        "--folds", 5, "--image-size", 128, "--epochs", 30, "--lr", 0.003, "--lr-encoder", 0.001,
        "--seed", 0,
    )  # fmt: skip
    dice = find(report, "dice", "lungs")
    assert dice["n"] == 90
    assert dice["value"] >= 0.93
    # Each patient is judged by the one network that has not seen a picture of them.
    owner = {}
    for fold in range(5):
        with (run / f"fold-{fold}" / "pairs-test.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                assert owner.setdefault(row["patient_id"], fold) == fold
    assert find(ask(radzoo, "evaluate", run), "dice", "lungs")["value"] == dice["value"]


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_hippocampus_and_its_volume(radzoo, hippocampus, tmp_path):
    pytest.importorskip("monai")
    run = tmp_path / "run"
    report = ask(
        radzoo, "finetune", "unet-3d", "--data", hippocampus, "--out", run, *PARTS,
        "--epochs", 30, "--seed", 0,
    )  # fmt: skip
    for part in ("anterior", "posterior"):
        assert find(report, "dice", part)["value"] >= 0.85
    union = judge_union(radzoo, run, tmp_path)
    assert find(union, "dice", "hippocampus")["value"] >= 0.88
    (volumes,) = union["agreement"]
    assert volumes["n"] == 40
    assert abs(volumes["relative_bias"]["value"]) <= 0.03
    # The goal is 0.90: 0.86 was measured on this fifth, 0.93 on another one.
    assert volumes["icc"]["value"] >= 0.80


@pytest.mark.timeout(900)
def test_hippocampus_after_three_epochs(radzoo, hippocampus, tmp_path):
    pytest.importorskip("monai")
    with hippocampus.open(newline="") as file:
        some = write_table(tmp_path / "some.csv", list(csv.DictReader(file))[::3])
    run = tmp_path / "run"
    report = ask(
        radzoo, "finetune", "dynunet", "--data", some, "--out", run, *PARTS, "--epochs", 3,
        "--lr", 0.003, "--seed", 0,
    )  # fmt: skip
    for part in ("anterior", "posterior"):
        assert find(report, "dice", part)["value"] >= 0.7
    assert find(judge_union(radzoo, run, tmp_path), "dice", "hippocampus")["value"] >= 0.75


def judge_union(radzoo, run, folder):
    """Judge all that is not 0 as one structure."""
    with (run / "pairs-test.csv").open(newline="") as file:
        rows = [
            {**row, "structures": "hippocampus", "prediction": run / row["prediction"]}
            for row in csv.DictReader(file)
        ]
    table = write_table(folder / "union.csv", rows)
    return ask(radzoo, "evaluate", table, "--task", "segmentation", "--tolerance-mm", 1)

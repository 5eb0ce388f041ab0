"""Segmentation from data to report, by the commands of every other task."""

import csv
import json
import shutil

import nibabel
import numpy as np
import pytest
from mask_phantoms import draw_pictures, draw_volumes, write_manifest
from PIL import Image

from radzoo.core.errors import ExitCode

QUICK = ("--task", "segmentation", "--device", "cpu", "--num-workers", 1)
PICTURES = (*QUICK, "--epochs", 30, "--image-size", 32, "--batch-size", 4, "--lr", 0.01,
            "--set", "augmentation=none")  # fmt: skip


@pytest.fixture
def teach(radzoo, tmp_path, mask_registry):
    def run(data, *more, model="tiny-unet", out="run"):
        return radzoo(
            "finetune", model, "--data", data, "--out", tmp_path / out, "--registry",
            mask_registry, *more,
        )  # fmt: skip

    return run


def read_rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def metrics_of(report):
    return {(one["name"], one["label"]): one["value"] for one in report["metrics"]}


@pytest.mark.slow
def test_pictures_from_data_to_report(teach, radzoo, tmp_path):
    data = write_manifest(tmp_path, draw_pictures(tmp_path, value=3))
    code, out, err = teach(data, *PICTURES, "--structures", "3=disc", "--json")
    assert code == ExitCode.OK, err
    said, run = json.loads(out), tmp_path / "run"
    assert metrics_of(said)["dice", "disc"] > 0.8

    pairs = read_rows(run / "pairs-test.csv")
    assert [row["case_id"] for row in pairs] == ["c3", "c7", "c11", "c15"]
    with Image.open(run / pairs[0]["prediction"]) as mask:
        assert mask.size == (30, 40)
        assert set(np.unique(np.asarray(mask))) == {0, 3}
    outputs = json.loads((run / "manifest.json").read_text())["outputs"]
    assert {"masks/test/c3.png", "masks/val/c2.png", "pairs-val.csv", "report.html"} <= set(outputs)
    values = read_rows(run / "predictions-test.csv")
    assert float(values[0]["dice:disc"]) > 0.5

    # Evaluating the folder says again what the run has said.
    code, out, err = radzoo("evaluate", run, "--json", "-q")
    assert code == ExitCode.OK, err
    again = json.loads(out)
    assert again["metrics"] == json.loads((run / "report.json").read_text())["metrics"]
    assert again["masks"]["tolerance_mm"] == 2.0

    # New data, half of it without a reference.
    (tmp_path / "new").mkdir()
    rows = draw_pictures(tmp_path / "new", 4, value=3, seed=5)
    rows = [{**row, "case_id": f"p{at}-scan", "split": "", "mask": row["mask"] * (at % 2)}
            for at, row in enumerate(rows)]  # fmt: skip
    fresh = write_manifest(tmp_path / "new", rows)
    place = tmp_path / "found"
    code, _, err = radzoo("predict", run, "--data", fresh, "--out", place, "--flips")
    assert (code, "never mirrored" in err, place.exists()) == (ExitCode.USAGE, True, False)
    code, out, err = radzoo("predict", run, "--data", fresh, "--out", place,
                            "--keep-largest", "--overlap", 0.25, "--json")  # fmt: skip
    assert code == ExitCode.OK, err
    assert json.loads(out)["n_cases"] == 4
    table = read_rows(place / "pairs.csv")
    assert [bool(row["mask"]) for row in table] == [False, True, False, True]
    # Case ids that hold the id of the patient name no file.
    assert [row["prediction"] for row in table] == [f"masks/case-0000{n}.png" for n in (1, 2, 3, 4)]
    code, out, err = radzoo("evaluate", run, "--data", fresh, "--json", "-q", "--max-refused", 0.5)
    assert code == ExitCode.OK, err
    judged = json.loads(out)
    assert (judged["n_cases"], judged["n_refused"]) == (2, 2)
    assert metrics_of(judged)["dice", "disc"] > 0.8
    assert radzoo("predict", run, "--data", fresh, "--out", place)[0] == ExitCode.USAGE


def undeclared(folder):
    return draw_pictures(folder, value=3)


def background(folder):
    return draw_pictures(folder, value=0)


def no_masks(folder):
    return [{**row, "mask": ""} for row in draw_pictures(folder)]


def other_size(folder):
    rows = draw_pictures(folder)
    for row in rows:
        with Image.open(folder / row["mask"]) as mask:
            mask.resize((20, 20)).save(folder / row["mask"])
    return rows


@pytest.mark.parametrize(
    ("draw", "error"),
    [
        (undeclared, "undeclared-number"), (background, "empty-masks"), (no_masks, "no-masks"),
        (other_size, "no-usable-mask"),
    ],
)  # fmt: skip
def test_bad_masks_end_in_one_sentence(teach, tmp_path, draw, error):
    data = write_manifest(tmp_path, draw(tmp_path))
    code, _, err = teach(data, *PICTURES, "--structures", "1=disc", "--json", "-q")
    assert code == ExitCode.INPUT, err
    said = json.loads(err.strip().splitlines()[-1])["error"]
    assert said["id"] == error
    assert said["message"].count(". ") == 0
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_runs_are_compared_and_folds_are_pooled(teach, radzoo, tmp_path):
    rows = [{**row, "split": ""} for row in draw_pictures(tmp_path, 9)]
    data = write_manifest(tmp_path, rows)
    few = ("--structures", "disc", "-q", "--epochs", 1)
    code, out, err = teach(data, *PICTURES, *few, "--folds", 3, "--json")
    assert code == ExitCode.OK, err
    folds = json.loads(out)
    assert [one["judged_on"] for one in folds["folds"]] == ["test"] * 3
    whole = tmp_path / "run"
    pairs = read_rows(whole / "pairs-test.csv")
    assert sorted(row["case_id"] for row in pairs) == sorted(row["case_id"] for row in rows)
    assert all((whole / row["prediction"]).is_file() for row in pairs)
    code, out, err = radzoo("evaluate", whole, "--json", "-q")
    assert code == ExitCode.OK, err
    assert json.loads(out)["metrics"] == folds["metrics"]
    # The probabilities of all folds are averaged, and folders of runs can be compared.
    place = tmp_path / "all"
    assert radzoo("predict", whole, "--data", data, "--out", place, "-q")[0] == ExitCode.OK
    shutil.copytree(whole, tmp_path / "copy")
    code, out, err = radzoo("compare", whole, tmp_path / "copy", "--json")
    assert code == ExitCode.OK, err
    assert json.loads(out)["comparisons"][0]["difference"] == 0


VOLUMES = (*QUICK, "--structures", "1=low,2=high", "--seed", 1)


@pytest.mark.slow
def test_volumes_from_data_to_report(teach, radzoo, tmp_path):
    pytest.importorskip("monai")
    data = write_manifest(tmp_path, draw_volumes(tmp_path))
    more = (*VOLUMES, "--epochs", 30, "--lr", 0.005, "--json")
    code, out, err = teach(data, *more, model="dynunet")
    assert code == ExitCode.OK, err
    said, run = json.loads(out), tmp_path / "run"
    assert metrics_of(said)["dice", "low"] > 0.7
    report = json.loads((run / "report.json").read_text())
    assert [one["unit"] for one in report["agreement"]] == ["mL", "mL"]
    assert report["agreement"][0]["icc"] is not None
    pair = read_rows(run / "pairs-test.csv")[0]
    mask, image = nibabel.load(run / pair["prediction"]), nibabel.load(pair["image"])
    assert mask.shape == image.shape
    np.testing.assert_allclose(mask.affine, image.affine)
    page = tmp_path / "page.html"
    code, _, err = radzoo("evaluate", run, "--report", page, "--with-images", "-q")
    assert code == ExitCode.OK, err
    assert page.read_text("utf-8").count("data:image/png") >= 4
    assert "ICC(2,1)" in page.read_text("utf-8")
    assert "data:image/png" not in (run / "report.html").read_text("utf-8")


def four_axes(folder):
    rows = draw_volumes(folder, 8)
    for row in rows:
        image = nibabel.load(folder / row["path"])
        values = np.stack([np.asarray(image.dataobj)] * 2, axis=-1)
        row["path"] = f"twice-{row['path']}"
        nibabel.save(nibabel.Nifti1Image(values, image.affine), folder / row["path"])
    return rows


def one_slice(folder):
    return draw_volumes(folder, 8, shape=(20, 22, 1))


def shifted(folder):
    rows = draw_volumes(folder, 8)
    for row in rows:
        mask = nibabel.load(folder / row["mask"])
        labels, affine = np.array(np.asarray(mask.dataobj)), mask.affine.copy()
        affine[0, 3] += 5
        row["mask"] = f"shifted-{row['mask']}"  # the other file is still mapped
        nibabel.save(nibabel.Nifti1Image(labels, affine), folder / row["mask"])
    return rows


@pytest.mark.parametrize("draw", [four_axes, one_slice, shifted])
def test_bad_volumes_end_in_one_sentence(teach, tmp_path, draw):
    data = write_manifest(tmp_path, draw(tmp_path))
    code, _, err = teach(data, *VOLUMES, "--json", "-q", model="dynunet")
    assert code == ExitCode.INPUT, err
    assert json.loads(err.strip().splitlines()[-1])["error"]["message"].count(". ") == 0


def test_what_needs_scores_says_so(radzoo, tmp_path, mask_registry):
    data = write_manifest(tmp_path, draw_pictures(tmp_path, 4))
    code, _, err = radzoo(
        "learning-curve", "tiny-unet", "--data", data, "--out", tmp_path / "curve", "--registry",
        mask_registry, "--task", "segmentation", "--structures", "disc",
    )  # fmt: skip
    assert code == ExitCode.USAGE
    assert "gives masks" in err
    assert not (tmp_path / "curve").exists()

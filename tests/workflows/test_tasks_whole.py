"""Classes, grades and numbers from data to report, with a network of a few thousand weights."""

import csv
import json

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.predictions_file import read_predictions

WORDS = ("low", "mid", "high")


@pytest.fixture
def teach(radzoo, registry, tmp_path):
    """Write squares of three sizes with a grade and an age, and run a command on them."""
    chance = np.random.default_rng(0)
    manifest = tmp_path / "cases.csv"
    with manifest.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "patient_id", "split", "grade", "years", "target:a", "target:b"])
        for at in range(60):
            grade = at % 3
            image = chance.integers(0, 100, (32, 32)).astype(np.uint8)
            image[: 8 + 8 * grade, :12] += 100
            Pillow.fromarray(image).save(tmp_path / f"{at}.png")
            split = ("train", "train", "train", "val", "test")[at // 3 % 5]
            years = "" if at % 7 == 0 else 20 + 15 * grade + chance.normal()
            both = (grade > 0, 1) if split == "train" else (grade > 0, at % 2)
            writer.writerow([f"{at}.png", at, split, WORDS[grade], years, *map(int, both)])

    def run(verb, *arguments):
        place = ("--registry", registry) if verb != "evaluate" else ()
        code, out, err = radzoo(verb, *arguments, *place, "--device", "cpu", "--json")
        assert code == 0, err
        return json.loads(out)

    def finetune(task, *more, verb="finetune"):
        return run(
            verb, "small", "--data", manifest, "--out", tmp_path / "run", "--task", task,
            "--from-scratch", "--epochs", 2, "--batch-size", 16, *more,
        )  # fmt: skip

    return finetune, run, manifest, tmp_path / "run"


@pytest.mark.parametrize(
    ("task", "more", "headline"),
    [
        pytest.param("multiclass", ("--target", "grade", "--set", "mixup=0.4"), "auroc_macro"),
        pytest.param(
            "ordinal", ("--target", "grade", "--classes", ",".join(WORDS)), "kappa_quadratic"
        ),
        pytest.param("regression", ("--target", "years", "--loss", "heteroscedastic"), "mae"),
    ],
)
def test_from_data_to_report_and_to_other_data(teach, tmp_path, task, more, headline):
    finetune, run, manifest, folder = teach
    told = {one["name"]: one["value"] for one in reversed(finetune(task, *more)["metrics"])}
    assert headline in told
    with (folder / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert f"val_{headline}" in rows[0]
    judged = run("evaluate", folder)
    assert judged["task"] == task
    assert {one["name"]: one["value"] for one in reversed(judged["metrics"])} == told
    assert not (folder / "thresholds.json").exists()
    counted = json.loads((folder / "manifest.json").read_text())
    test = read_predictions(folder / "predictions-test.csv")
    if task == "regression":
        errors = [float(row["val_mae"]) for row in rows]
        assert json.loads((folder / "manifest.json").read_text())["best_epoch"] == (
            1 + int(np.argmin(errors))
        )
        assert min(errors) > 0
        assert (test.sd > 0).all()
        assert counted["n_positive"]["train"] == {}
        assert counted["n_labelled"]["train"]["years"] < counted["n_cases"]["train"]
    else:
        assert set(test.labels) == set(WORDS)
        assert test.scores.sum(axis=1) == pytest.approx(np.ones(12))
        assert counted["n_positive"]["train"] == dict.fromkeys(test.labels, 12)
    if task == "ordinal":
        assert test.labels == WORDS
    out = tmp_path / "new.csv"
    run("predict", folder, "--data", manifest, "--split", "test", "--out", out)
    again = read_predictions(out)
    assert again.scores == pytest.approx(test.scores)
    np.testing.assert_array_equal(again.targets, test.targets)
    elsewhere = run("evaluate", folder, "--data", manifest)
    found = {one["name"]: one["value"] for one in reversed(elsewhere["metrics"])}
    known = {name: value for name, value in told.items() if value is not None}
    assert {name: found[name] for name in known} == pytest.approx(known, rel=1e-6)


def test_a_finding_that_all_training_cases_have_gets_no_score(teach):
    finetune, run, _, folder = teach
    report = finetune("multilabel")
    assert any("nothing can be learnt of b" in warning for warning in report["warnings"])
    test = read_predictions(folder / "predictions-test.csv")
    assert test.labels == ("a", "b")
    assert np.isnan(test.scores[:, 1]).all()
    assert not np.isnan(test.scores[:, 0]).any()
    values = {
        (one["label"], one["name"]): one["value"] for one in run("evaluate", folder)["metrics"]
    }
    assert values["b", "auroc"] is None
    assert values["a", "auroc"] is not None


@pytest.mark.slow
def test_the_lowest_error_wins(teach):
    finetune, _, _, _ = teach
    tries = ("--target", "years", "--try", "lr=0.01,0.000001")
    report = finetune("regression", *tries, verb="find-best")
    errors = [one["metric"]["value"] for one in report["candidates"]]
    assert errors == sorted(errors)
    assert min(errors) > 0

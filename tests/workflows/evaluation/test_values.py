import json
from dataclasses import replace

import numpy as np
import pytest

from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Predictions
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions

OPTIONS = EvaluateOptions(task="regression", n_boot=100)


def make(n=80, labels=("age",), repeats=1, seed=0):
    chance = np.random.default_rng(seed)
    targets = chance.normal(60, 10, (n, len(labels)))
    scores = targets + 2 + chance.normal(0, 5, targets.shape)
    ids = tuple(f"c{at:04}" for at in range(n))
    patients = tuple(f"p{at // repeats}" for at in range(n))
    return Predictions(labels, ids, patients, targets, scores)


def find(report, name, label="age"):
    (value,) = (one for one in report.metrics if (one.name, one.label) == (name, label))
    return value


def test_every_part_of_a_regression_report():
    predictions = make(labels=("age", "weight"))
    report = evaluate_predictions(predictions, OPTIONS)
    errors = predictions.scores[:, 1] - predictions.targets[:, 1]
    assert find(report, "mae", "weight").value == pytest.approx(np.abs(errors).mean())
    assert find(report, "bias", "weight").method == "student-t"
    assert find(report, "ccc").method == "fisher-z"
    assert find(report, "icc").method == "mcgraw-wong"
    assert all(one.low < one.value < one.high for one in report.metrics)
    assert [one.label for one in report.agreement] == ["age", "weight"]
    agreement = report.agreement[1]
    assert agreement.bias == find(report, "bias", "weight")
    assert agreement.lower_limit.value == pytest.approx(
        errors.mean() - 1.959964 * errors.std(ddof=1), abs=1e-4
    )
    assert sorted(agreement.differences) == pytest.approx(sorted(errors))
    assert not {"lower_limit", "proportional_bias"} & {one.name for one in report.metrics}


def test_patients_who_repeat_are_drawn():
    report = evaluate_predictions(make(repeats=4), OPTIONS)
    assert {one.method for one in report.metrics} == {"bca"}
    assert report.agreement[0].upper_limit.method == "bca"


def test_points_are_thinned_evenly():
    agreement = evaluate_predictions(make(2500), replace(OPTIONS, n_boot=0)).agreement[0]
    assert (agreement.n, len(agreement.means)) == (2500, 2000)
    assert agreement.means == sorted(agreement.means)
    assert agreement.note == "2000 of 2500 points are shown"


def test_a_proportional_bias_is_said():
    predictions = make()
    halved = 0.5 * predictions.targets + 1e-3 * predictions.scores
    report = evaluate_predictions(replace(predictions, scores=halved), OPTIONS)
    assert any("falls with the size" in warning for warning in report.warnings)


def test_scores_that_are_the_targets():
    predictions = make()
    report = evaluate_predictions(replace(predictions, scores=predictions.targets), OPTIONS)
    assert find(report, "r2").value == find(report, "ccc").value == find(report, "icc").value == 1
    assert find(report, "mae").value == 0
    assert "NaN" not in report.model_dump_json()


def test_what_is_missing_is_counted_and_in_no_number():
    predictions = make()
    targets, scores = predictions.targets.copy(), predictions.scores.copy()
    targets[:3], scores[3:5] = np.nan, np.nan
    report = evaluate_predictions(replace(predictions, targets=targets, scores=scores), OPTIONS)
    assert {one.n for one in report.metrics} == {75}
    assert "age: 3 cases without a target, not counted." in report.warnings
    assert "age: 2 cases without a score, not counted." in report.warnings


def test_one_case_has_an_error_and_no_correlation():
    report = evaluate_predictions(make(1), OPTIONS)
    assert find(report, "mae").value is not None
    for name in ("r2", "pearson", "icc"):
        assert find(report, name).value is None
        assert "undefined" in find(report, name).note


def test_classes_are_no_numbers():
    ids = ("a", "b")
    classes = Predictions(("x", "y"), ids, ids, np.eye(2), np.eye(2), form="classes")
    with pytest.raises(UsageError, match="needs numbers"):
        evaluate_predictions(classes, OPTIONS)


def test_no_target_at_all():
    predictions = make(3)
    with pytest.raises(InputError, match="no case has a target"):
        evaluate_predictions(replace(predictions, targets=np.full((3, 1), np.nan)), OPTIONS)


def test_from_the_command_line(radzoo, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("id,true,said\n1,10,11\n2,20,19\n3,30,33\n4,40,39\n")
    named = ("--target", "true", "--score", "said")
    code, out, _ = radzoo("evaluate", file, *named, "--task", "regression", "--json")
    document = json.loads(out)
    assert (code, document["task"], document["labels"]) == (0, "regression", ["true"])
    assert {one["name"]: one["value"] for one in document["metrics"]}["mae"] == 1.5

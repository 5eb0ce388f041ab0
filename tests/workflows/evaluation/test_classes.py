from dataclasses import replace

import numpy as np
import pytest

from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Predictions
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions

GRADES = ("none", "mild", "severe")
OPTIONS = EvaluateOptions(n_boot=100)


def make(n=120, classes=GRADES, patients=None, seed=0):
    chance = np.random.default_rng(seed)
    of = chance.integers(0, len(classes), n)
    scores = chance.dirichlet(np.ones(len(classes)), n)
    scores[np.arange(n), of] += 0.7
    scores /= scores.sum(axis=1, keepdims=True)
    ids = tuple(f"c{at:03}" for at in range(n))
    targets = np.eye(len(classes))[of]
    return Predictions(classes, ids, patients or ids, targets, scores, form="classes")


def judge(predictions, **options):
    return evaluate_predictions(predictions, replace(OPTIONS, **options))


def find(report, name, label="all"):
    (value,) = (one for one in report.metrics if (one.name, one.label) == (name, label))
    return value


def test_every_part_of_a_multiclass_report():
    predictions = make()
    report = judge(predictions)
    assert (report.task, report.labels) == ("multiclass", list(GRADES))
    called = predictions.scores.argmax(axis=1)
    right = called == predictions.targets.argmax(axis=1)
    assert find(report, "accuracy").value == right.mean()
    assert find(report, "accuracy").method == "wilson"
    assert report.confusion.classes == list(GRADES)
    assert np.trace(report.confusion.counts) == right.sum()
    assert np.sum(report.confusion.counts) == 120
    assert set(report.calibration) == {one.label for one in report.roc} == set(GRADES)
    assert find(report, "auroc_macro").note == "3 of 3 classes"
    mean = np.mean([find(report, "auroc", grade).value for grade in GRADES])
    assert find(report, "auroc_macro").value == pytest.approx(mean)
    severe = find(report, "sensitivity", "severe")
    assert severe.value == right[predictions.targets[:, 2] == 1].mean()
    assert severe.n_positive == predictions.targets[:, 2].sum()
    assert all(one.low <= one.value <= one.high for one in report.metrics)
    assert not any(one.name.startswith("kappa_") for one in report.metrics)


def test_ordinal_says_the_order_and_weighs_errors():
    report = judge(make(), task="ordinal")
    names = {one.name for one in report.metrics}
    assert {"kappa_linear", "kappa_quadratic", "within_one", "mae"} <= names
    assert any("none < mild < severe" in warning for warning in report.warnings)


def test_the_order_of_rows_does_not_matter():
    predictions = make(60)
    order = np.random.default_rng(1).permutation(60)
    ids = tuple(predictions.case_ids[at] for at in order)
    targets, scores = predictions.targets[order], predictions.scores[order]
    mixed = replace(predictions, case_ids=ids, patient_ids=ids, targets=targets, scores=scores)
    assert judge(mixed) == judge(predictions)


def test_patients_who_repeat_widen_the_intervals_of_calls():
    report = judge(make(patients=tuple(f"p{at // 2}" for at in range(120))))
    assert find(report, "accuracy").method == "rao-scott"
    mild = find(report, "auroc", "mild")
    assert mild.method == "obuchowski" or "patients are counted" in mild.note


def test_a_class_without_a_case_is_not_estimable_and_in_no_mean():
    predictions = make(classes=(*GRADES, "lethal"))
    kept = predictions.targets[:, 3] == 0
    ids = tuple(np.array(predictions.case_ids)[kept])
    report = judge(Predictions((*GRADES, "lethal"), ids, ids, predictions.targets[kept],
                               predictions.scores[kept], form="classes"))  # fmt: skip
    absent = find(report, "auroc", "lethal")
    assert (absent.value, absent.low) == (None, None)
    assert absent.note == "not estimable: no case is of this class"
    for name in ("auroc_macro", "hand_till", "balanced_accuracy"):
        assert find(report, name).value is not None
        assert find(report, name).note.startswith("3 of 4 classes, without lethal (no case)")
    assert any(warning.startswith("lethal: no case") for warning in report.warnings)


def test_scores_that_are_no_probabilities_rank_all_the_same():
    predictions = make()
    report = judge(replace(predictions, scores=np.log(predictions.scores)))
    assert find(report, "hand_till").value == find(judge(predictions), "hand_till").value
    for name in ("brier", "log_loss", "ece", "ece_classwise"):
        assert find(report, name).value is None
        assert "sum to 1" in find(report, name).note
    assert not report.calibration
    assert any("no probabilities" in warning for warning in report.warnings)


def test_missing_targets_and_scores_are_counted_and_in_no_number():
    predictions = make()
    targets, scores = predictions.targets.copy(), predictions.scores.copy()
    targets[:7] = np.nan
    scores[7:10, 1] = np.nan
    report = judge(replace(predictions, targets=targets, scores=scores))
    assert {one.n for one in report.metrics} == {110}
    assert any(warning.startswith("7 cases without a target") for warning in report.warnings)
    assert any(warning.startswith("3 cases without a score") for warning in report.warnings)


def test_no_better_than_the_commonest_class_is_said():
    targets = np.eye(2)[[0] * 40 + [1] * 10]
    ids = tuple(f"{at:02}" for at in range(50))
    scores = np.tile([0.9, 0.1], (50, 1))
    report = judge(Predictions(("a", "b"), ids, ids, targets, scores, form="classes"))
    assert find(report, "majority_accuracy").value == find(report, "accuracy").value == 0.8
    assert any("calling every case a gives 0.800" in one for one in report.warnings)


def test_cases_without_any_score_judge_nothing():
    predictions = make(20)
    report = judge(replace(predictions, scores=np.full((20, 3), np.nan)))
    assert all(one.value is None and one.note for one in report.metrics)


@pytest.mark.parametrize("task", ["multiclass", "ordinal"])
def test_findings_are_not_classes(task):
    ids = ("a", "b")
    findings = Predictions(("x",), ids, ids, np.array([[0.0], [1]]), np.array([[0.0], [1]]))
    with pytest.raises(UsageError, match="column with the class"):
        judge(findings, task=task)


def test_no_target_at_all():
    predictions = make(5)
    with pytest.raises(InputError, match="no case has a target"):
        judge(replace(predictions, targets=np.full((5, 3), np.nan)))

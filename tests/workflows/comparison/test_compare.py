"""Tasks and forms that the command line tests do not reach."""

from dataclasses import replace

import numpy as np
import pytest

from radzoo import __version__
from radzoo.core.errors import InputError
from radzoo.core.predictions import Predictions
from radzoo.core.report import Provenance
from radzoo.core.thresholds import FrozenThreshold
from radzoo.workflows.comparison.compare import compare_models
from radzoo.workflows.comparison.options import CompareOptions
from radzoo.workflows.evaluation.source import EvaluationSource

RNG = np.random.default_rng(5)
N = 120
TARGETS = np.column_stack([np.arange(N) % 2, np.arange(N) % 3 == 0]).astype(float)
IDS = tuple(f"c{at:03}" for at in range(N))


def source(scores, targets=TARGETS, labels=("Edema", "Nodule"), **more):
    thresholds = more.pop("thresholds", None)
    patients = more.pop("patients", ("",) * N)
    predictions = Predictions(labels, IDS, patients, targets, scores, **more)
    return EvaluationSource(predictions, Provenance(radzoo_version=__version__), thresholds)


def noisy(weight, targets=TARGETS):
    return weight * targets + (1 - weight) * RNG.random(targets.shape)


FIRST, SECOND = noisy(0.4), noisy(0.2)


def test_each_label_is_compared_and_all_are_adjusted_together():
    report = compare_models([source(FIRST), source(SECOND)], ["a", "b"], CompareOptions())
    assert [one.label for one in report.comparisons] == ["Edema", "Nodule"]
    low, high = sorted(report.comparisons, key=lambda one: one.p)
    assert low.p_adjusted == pytest.approx(2 * low.p)
    assert high.p_adjusted == pytest.approx(max(high.p, 2 * low.p))


def test_labels_that_one_file_lacks_are_named():
    alone = source(SECOND[:, :1], TARGETS[:, :1], ("Edema",))
    report = compare_models([alone, source(FIRST)], ["a", "b"], CompareOptions())
    assert report.labels == ["Edema"]
    assert "Labels that are not in all files are left out: Nodule." in report.warnings


def test_a_blank_target_is_taken_from_the_other_file_and_missing_scores_are_counted():
    blank, missing = TARGETS.copy(), SECOND.copy()
    blank[:10], missing[3, 0] = np.nan, np.nan
    report = compare_models([source(FIRST, blank), source(missing)], ["a", "b"], CompareOptions())
    assert [one.n for one in report.comparisons] == [N - 1, N]
    assert "10 cases have a target in one file only; it counts for all." in report.warnings
    assert any("1 of the shared cases lack" in warning for warning in report.warnings)


def test_each_run_keeps_its_own_frozen_threshold():
    def frozen(value):
        return tuple(
            FrozenThreshold(
                label=label, threshold=value, rule="youden", n=9, n_positive=4,
                predictions_sha256="0" * 64,
            )
            for label in ("Edema", "Nodule")
        )  # fmt: skip

    options = CompareOptions(metrics=("specificity",))
    same = source(FIRST, thresholds=frozen(0.2)), source(FIRST, thresholds=frozen(0.7))
    one = compare_models(same, ["a", "b"], options).comparisons[0]
    healthy = FIRST[TARGETS[:, 0] == 0, 0]
    assert one.value_a == pytest.approx((healthy < 0.2).mean())
    assert one.value_b == pytest.approx((healthy < 0.7).mean())
    assert "thresholds 0.2 and 0.7" in one.note
    assert "optimistic" not in one.note


def test_scores_that_are_no_probabilities_have_no_brier_score():
    options = CompareOptions(metrics=("brier", "sensitivity", "auroc"), n_boot=20)
    found = compare_models([source(9 * FIRST), source(SECOND)], ["a", "b"], options).comparisons
    brier, sensitivity, auroc = (found[at] for at in (0, 2, 4))
    assert (brier.difference, brier.p_adjusted) == (None, None)
    assert "outside 0 to 1" in brier.note
    assert "no threshold" in sensitivity.note
    assert auroc.p is not None


def test_certain_scores_have_no_logit():
    certain = SECOND.copy()
    certain[:4] = 1.0
    options = CompareOptions(metrics=("calibration_slope",), n_boot=50)
    one = compare_models([source(FIRST), source(certain)], ["a", "b"], options).comparisons[0]
    assert one.n == N - 4
    assert "4 cases with a score of exactly 0 or 1" in one.note


def test_one_class_only_is_undefined():
    targets = np.zeros_like(TARGETS)
    found = compare_models(
        [source(FIRST, targets), source(SECOND, targets)], ["a", "b"], CompareOptions()
    ).comparisons[0]
    assert (found.difference, found.p, found.method) == (None, None, None)
    assert found.note.startswith("undefined: needs both")


def test_survival():
    times, events = RNG.exponential(5, N), (RNG.random(N) < 0.7).astype(float)

    def scored(spread):
        scores = (-times + spread * RNG.normal(size=N))[:, None]
        return source(scores, times[:, None], ("risk",), form="times", events=events)

    options = CompareOptions(n_boot=200)
    (one,) = compare_models([scored(1), scored(20)], ["a", "b"], options).comparisons
    assert (one.metric, one.label, one.n_positive) == ("harrell_c", "risk", None)
    assert one.method == "infinitesimal-jackknife"
    assert 0 < one.low < one.difference < one.high
    assert one.p < 0.05


def test_classes_are_compared_together_and_each_against_the_rest():
    classes = np.arange(N) % 3
    targets = np.eye(3)[classes]

    def scored(weight):
        raw = noisy(weight, targets)
        return source(raw / raw.sum(axis=1)[:, None], targets, ("x", "y", "z"), form="classes")

    options = CompareOptions(metrics=("hand_till", "auroc", "accuracy"), n_boot=100)
    models = scored(0.5), scored(0.2)
    found = compare_models(models, ["a", "b"], options).comparisons
    assert [(one.metric, one.label) for one in found] == [
        ("hand_till", "all"), ("auroc", "x"), ("auroc", "y"), ("auroc", "z"), ("accuracy", "all"),
    ]  # fmt: skip
    assert [one.method for one in found] == ["bootstrap", "delong", "delong", "delong", "mcnemar"]
    calls = [one.predictions.scores.argmax(axis=1) for one in models]
    assert found[-1].value_a == pytest.approx((calls[0] == classes).mean())
    assert found[-1].difference == pytest.approx(
        (calls[0] == classes).mean() - (calls[1] == classes).mean()
    )
    only = compare_models(models, ["a", "b"], CompareOptions(n_boot=50))
    assert [(one.metric, one.label) for one in only.comparisons] == [("hand_till", "all")]


def test_numbers():
    truth = RNG.normal(50, 10, (N, 1))

    def scored(error):
        return source(truth + error * RNG.normal(size=(N, 1)), truth, ("age",))

    options = CompareOptions(task="regression", n_boot=300, margin=0.5)
    (one,) = compare_models([scored(1), scored(9)], ["a", "b"], options).comparisons
    assert (one.metric, one.label, one.n_positive) == ("mae", "age", None)
    assert one.high < 0
    assert one.noninferior is True


def test_tasks_do_not_mix():
    other = source(FIRST, form="classes")
    with pytest.raises(InputError, match="different tasks: classes and labels"):
        compare_models([source(FIRST), other], ["a", "b"], CompareOptions())


def test_no_p_is_ever_0():
    targets = np.repeat([[0.0], [1.0]], 60, axis=0)
    good, bad = targets + 0.1 * noisy(0.0, targets), 1 - targets + 0.1 * noisy(0.0, targets)
    good[3], good[100], bad[70] = 1.05, 0.05, 1.0
    files = [source(0.8 * scores, targets, ("Edema",)) for scores in (good, bad)]
    options = CompareOptions(metrics=("auroc", "brier", "sensitivity"), n_boot=50, margin=0.1)
    for one in compare_models(files, ["a", "b"], options).comparisons:
        assert 0 < one.p <= one.p_adjusted < 0.05, one.metric
        assert 0 < one.p_noninferior < 0.05, one.metric
    same = compare_models([files[0]] * 2, ["a", "b"], options)
    assert all(one.p == 1 and one.p_noninferior > 0 for one in same.comparisons)
    assert all(one.noninferior for one in same.comparisons)


def test_the_task_is_that_which_a_run_was_taught():
    """Numbers look like findings; the file beside the run need not say what they are."""
    numbers = 3.0 + 10 * RNG.random((N, 1))
    files = [source(numbers + shift, numbers, ("size",)) for shift in (RNG.random((N, 1)), 0.1)]
    runs = [replace(files[0], task="regression"), files[1]]
    report = compare_models(runs, ["a", "b"], CompareOptions(n_boot=100))
    assert report.task == "regression"
    assert report.comparisons[0].metric == "mae"
    with pytest.raises(InputError, match="neither 0 nor 1"):
        compare_models(files, ["a", "b"], CompareOptions())

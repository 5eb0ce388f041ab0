"""What is fitted on validation: thresholds, conformal sets; and options that lead to nothing."""

import numpy as np
import pytest

from radzoo.core.predictions import Predictions
from radzoo.workflows.evaluation.evaluate import evaluate_predictions
from radzoo.workflows.evaluation.options import EvaluateOptions, FittedOn
from radzoo.workflows.evaluation.threshold import freeze_thresholds


def findings(seed, n=200):
    chance = np.random.default_rng(seed)
    targets = (chance.random(n) < 0.4).astype(float)
    scores = 1 / (1 + np.exp(-chance.normal(size=n) - 1.5 * targets + 1))
    names = tuple(f"{seed}-{row}" for row in range(n))
    return Predictions(("Mass",), names, names, targets[:, None], scores[:, None])


def classes(seed, n=300):
    chance = np.random.default_rng(seed)
    own = chance.integers(0, 3, n)
    logits = chance.normal(size=(n, 3)) + 1.5 * np.eye(3)[own]
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    names = tuple(f"{seed}-{row}" for row in range(n))
    return Predictions(("a", "b", "c"), names, names, np.eye(3)[own], scores, form="classes")


def judge(predictions, **options):
    return evaluate_predictions(predictions, EvaluateOptions(n_boot=20, **options))


def test_a_rule_chooses_on_validation_where_there_is_one():
    frozen = freeze_thresholds(findings(1), "f" * 64, "youden")
    (point,) = judge(findings(2), threshold=frozen).operating_points
    assert (point.chosen_on, point.rule) == ("validation", "youden")
    assert point.threshold == frozen[0].threshold in findings(1).scores


def test_a_class_missing_on_validation_leaves_no_threshold():
    one_class = findings(1)
    one_class.targets[:] = 0
    (frozen,) = freeze_thresholds(one_class, "f" * 64, "youden")
    assert (frozen.threshold, frozen.n_positive) == (None, 0)


@pytest.mark.parametrize(
    ("make", "label", "names"),
    [(findings, "Mass", ["no Mass", "Mass"]), (classes, "all", ["a", "b", "c"])],
)
def test_conformal_sets_hold_what_they_promise(make, label, names):
    report = judge(make(2), validation=FittedOn(make(1), "f" * 64), conformal=(0.1, 0.2))
    assert [one.score for one in report.conformal] == ["lac", "aps"] * 2
    for one in report.conformal:
        assert (one.label, [each.name for each in one.classes]) == (label, names)
        # APS without randomisation may hold more.
        assert 1 - one.alpha < one.high + 0.05
        assert one.score == "aps" or one.low - 0.05 < 1 - one.alpha
        held = sum(each.coverage * each.n for each in one.classes) / one.n
        assert one.coverage == pytest.approx(held)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"horizons": (3.0,)}, "--horizon"),
        ({"tolerance_mm": 2.0}, "--tolerance-mm"),
        ({"prevalences": (0.1,)}, "--prevalence"),
        ({"decision_thresholds": (0.1,)}, "--decision-curve"),
    ],
)
def test_an_option_without_effect_is_said(options, name):
    said = [one for one in judge(classes(1), **options).warnings if one.startswith(name)]
    assert len(said) == 1
    assert "no effect" in said[0]


def test_an_option_with_effect_is_not_said():
    report = judge(findings(1), decision_thresholds=(0.1,), prevalences=(0.1,), by=())
    assert not [one for one in report.warnings if "no effect" in one]

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError, UsageError
from radzoo.metrics.thresholds import choose_threshold

TARGETS = np.array([0.0, 0, 0, 0, 0, 1, 1, 1, 1])
SCORES = np.array([1.0, 2, 3, 4, 7, 3, 6, 8, 9])
CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40)
RULES = ["youden", "sens@0.5", "sens@0.9", "sens@1", "spec@0.5", "spec@0.9", "spec@1"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("youden", 6, id="sensitivity 0.75, specificity 0.8"),
        pytest.param("sens@0.5", 8, id="the best specificity that still finds half"),
        pytest.param("sens@0.95", 3, id="all must be found"),
        pytest.param("spec@0.8", 6, id="one false alarm of five"),
        pytest.param("spec@1", 8, id="no false alarm"),
        pytest.param("spec@0", 1, id="anything goes: of equal sensitivities the lowest score"),
        pytest.param("sens@0", 8, id="no false alarm: of equal specificities the lowest"),
        pytest.param("2.5", 2.5, id="a number is itself"),
        pytest.param("-1e3", -1000, id="any number"),
    ],
)
def test_worked_by_hand(rule, expected):
    assert choose_threshold(TARGETS, SCORES, rule) == expected


def test_of_equal_youden_points_the_lowest():
    assert choose_threshold(np.array([0.0, 1, 0, 1]), np.array([1.0, 2, 3, 4]), "youden") == 2


def test_where_no_score_is_strict_enough():
    threshold = choose_threshold(np.array([1.0, 0]), np.array([1.0, 2]), "spec@1")
    assert threshold > 2
    assert threshold == pytest.approx(2)


@given(CASES, st.sampled_from(RULES))
def test_no_observed_score_is_better(cases, rule):
    targets, scores = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < targets.size)

    def rates(threshold):
        called = scores >= threshold
        return np.mean(called[targets == 1]), np.mean(~called[targets == 0])

    chosen = rates(choose_threshold(targets, scores, rule))
    others = [rates(threshold) for threshold in [*np.unique(scores), np.inf]]
    if rule == "youden":
        assert sum(chosen) == pytest.approx(max(map(sum, others)))
        return
    kind, _, least = rule.partition("@")
    wanted, other = (0, 1) if kind == "sens" else (1, 0)
    assert chosen[wanted] >= float(least) - 1e-9
    allowed = [one for one in others if one[wanted] >= float(least) - 1e-9]
    assert chosen[other] == max(one[other] for one in allowed)
    # Of equally good ones the lowest, which finds most.
    assert chosen[0] == max(one[0] for one in allowed if one[other] == chosen[other])


@pytest.mark.parametrize("rule", ["", "best", "sens@", "sens@2", "spec@-0.1", "nan", "inf"])
def test_other_rules_are_refused(rule):
    with pytest.raises(UsageError, match="no threshold rule") as caught:
        choose_threshold(TARGETS, SCORES, rule)
    assert "youden" in caught.value.hint


def test_one_class_is_undefined():
    with pytest.raises(UndefinedMetricError):
        choose_threshold(np.ones(3), np.arange(3.0), "youden")

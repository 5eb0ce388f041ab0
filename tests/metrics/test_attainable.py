import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS
from radzoo.metrics.attainable import sensitivity_at_specificity, specificity_at_sensitivity

HEALTHY, DISEASED = [1, 2, 3, 4, 7], [3, 6, 8, 9]
TARGETS = np.array([0.0] * 5 + [1.0] * 4)
SCORES = np.array(HEALTHY + DISEASED, dtype=float)
CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40)
LEAST = st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 1.0])


@pytest.mark.parametrize(
    ("specificity", "expected"),
    [
        pytest.param(1.00, 0.50, id="no false alarm allowed"),
        pytest.param(0.80, 0.75, id="one false alarm of five"),
        pytest.param(0.60, 0.75, id="a tie with the cutoff is not caught"),
        pytest.param(0.00, 1.00, id="everything flagged"),
    ],
)
def test_worked_by_hand(specificity, expected):
    assert sensitivity_at_specificity(TARGETS, SCORES, specificity=specificity) == expected


@pytest.mark.parametrize(
    ("sensitivity", "expected"),
    [
        pytest.param(1.00, 0.40, id="all must be found"),
        pytest.param(0.75, 0.80, id="three of four"),
        pytest.param(0.00, 1.00, id="nobody called"),
    ],
)
def test_the_reverse_worked_by_hand(sensitivity, expected):
    assert specificity_at_sensitivity(TARGETS, SCORES, sensitivity=sensitivity) == expected


def test_between_the_points_a_line_may_be_read():
    # From (0.2, 0.75) to (0.4, 0.75), then to (0.6, 1) since 3 is tied.
    read = [
        sensitivity_at_specificity(TARGETS, SCORES, specificity=value, interpolated=True)
        for value in (0.7, 0.5, 0.4, 0.9)
    ]
    assert read == pytest.approx([0.75, 0.875, 1.0, 0.5 + 0.0])


@given(CASES, LEAST)
def test_equals_search_over_every_threshold(cases, least):
    targets, scores = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < targets.size)
    points = [
        (np.mean(scores[targets == 1] >= cut), np.mean(scores[targets == 0] < cut))
        for cut in [*np.unique(scores), np.inf]
    ]
    sensitivity = max(found for found, cleared in points if cleared >= least - 1e-9)
    specificity = max(cleared for found, cleared in points if found >= least - 1e-9)
    assert sensitivity_at_specificity(targets, scores, specificity=least) == pytest.approx(
        sensitivity
    )
    assert specificity_at_sensitivity(targets, scores, sensitivity=least) == pytest.approx(
        specificity
    )


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError, match="both diseased and healthy"):
        sensitivity_at_specificity(np.full(5, target), np.arange(5.0), specificity=0.9)
    with pytest.raises(UndefinedMetricError, match="both diseased and healthy"):
        specificity_at_sensitivity(np.full(5, target), np.arange(5.0), sensitivity=0.9)


@pytest.mark.parametrize("n_healthy", [10, 20, 30, 70])
@pytest.mark.parametrize(
    "name", ["sensitivity_at_spec90", "sensitivity_at_spec95", "specificity_at_sens90"]
)
def test_many_draws_tolerate_as_many_alarms_as_one(name, n_healthy):
    # 10 * (1 - 0.9) is 0.999...: without a nudge a tolerated alarm is lost.
    targets = np.append(np.zeros(n_healthy), np.ones(n_healthy))
    scores = np.append(np.arange(n_healthy), np.arange(n_healthy) + 0.5)
    metric = METRICS[name]
    (found,) = metric.many(targets, scores)(np.ones((1, 2 * n_healthy)))
    assert found == pytest.approx(metric.compute(targets, scores), abs=1e-12)

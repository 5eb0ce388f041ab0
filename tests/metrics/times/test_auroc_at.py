import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.times.auroc_at import auroc_at, influence_on_auroc_at

# The case censored at 2 is neither; the event at 3 stands for it and counts 3/2 times.
TARGETS = np.array([[1.0, 1], [2, 0], [3, 1], [4, 0]])


@pytest.mark.parametrize(
    ("scores", "horizon", "expected"),
    [
        pytest.param([9, 0, 8, 1], 3.0, 1.0, id="perfect"),
        pytest.param([9, 5, 0, 1], 3.0, 1 / (1 + 3 / 2), id="the event that counts more is low"),
        pytest.param([1, 5, 9, 1], 3.0, (3 / 2 + 1 / 2) / (5 / 2), id="a tie counts half"),
        pytest.param([9, 5, 0, 1], 2.9, 1.0, id="an event after the horizon is none"),
    ],
)
def test_worked_by_hand(scores, horizon, expected):
    found = auroc_at(TARGETS, np.array(scores, dtype=float), horizon=horizon)
    assert found == pytest.approx(expected)


def test_the_horizon_is_the_median_event_unless_given():
    scores = np.array([3.0, 1, 2, 4])
    assert auroc_at(TARGETS, scores) == auroc_at(TARGETS, scores, horizon=1.0)


@pytest.mark.parametrize("horizon", [0.5, 4.0])
def test_a_side_without_cases_is_undefined(horizon):
    for compute in (auroc_at, influence_on_auroc_at):
        with pytest.raises(UndefinedMetricError, match="by the horizon"):
            compute(TARGETS, np.arange(4.0), horizon=horizon)


def test_without_events_there_is_no_horizon():
    with pytest.raises(UndefinedMetricError, match="event"):
        auroc_at(TARGETS * [1, 0], np.arange(4.0))

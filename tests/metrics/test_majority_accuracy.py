import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.wilson import score_interval, wilson
from radzoo.metrics.majority_accuracy import METRIC, majority_accuracy
from radzoo.metrics.sample import make_sample

# 4 diseased: 3 called. 6 healthy: 1 called.
TARGETS = np.array([1.0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
DECISIONS = np.array([1.0, 1, 1, 0, 1, 0, 0, 0, 0, 0])
WEIGHTS = np.array([1.0, 1, 0, 2, 3, 1, 1, 1, 0, 1])  # called 2 of 4, and 3 of 7


def test_worked_by_hand():
    assert majority_accuracy(TARGETS, DECISIONS) == pytest.approx(0.6, abs=1e-15)


def test_weights_count_cases():
    assert majority_accuracy(TARGETS, DECISIONS, WEIGHTS) == pytest.approx(7 / 11, abs=1e-15)


@pytest.mark.parametrize(
    ("targets", "decisions", "expected"),
    [
        pytest.param([0, 0], [0, 1], 1.0, id="no diseased"),
        pytest.param([1, 1], [0, 1], 1.0, id="no healthy"),
        pytest.param([0, 1], [0, 0], 0.5, id="none called"),
        pytest.param([0, 1], [1, 1], 0.5, id="all called"),
        pytest.param([0, 1], [1, 0], 0.5, id="all wrong"),
        pytest.param([0, 1], [0, 1], 0.5, id="all right"),
        pytest.param([], [], None, id="no case"),
        pytest.param([0, 0], [0, 0], 1.0, id="nothing there, nothing found"),
    ],
)
def test_one_sided(targets, decisions, expected):
    targets, decisions = np.array(targets, dtype=float), np.array(decisions, dtype=float)
    if expected is None:
        with pytest.raises(UndefinedMetricError):
            majority_accuracy(targets, decisions)
    else:
        assert majority_accuracy(targets, decisions) == expected


def test_its_interval_is_that_of_the_commoner_class():
    sample = make_sample(np.array([1.0] * 15 + [0] * 5), np.arange(20.0)).decide(3)
    bounds = wilson(METRIC, sample, 0.95)
    assert bounds == score_interval(0.75, 20, 0.95)

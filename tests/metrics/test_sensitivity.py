import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.sensitivity import METRIC, sensitivity

# 4 diseased: 3 called. 6 healthy: 1 called.
TARGETS = np.array([1.0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
DECISIONS = np.array([1.0, 1, 1, 0, 1, 0, 0, 0, 0, 0])


def test_worked_by_hand():
    assert sensitivity(TARGETS, DECISIONS) == pytest.approx(3 / 4, abs=1e-15)


def test_weights_count_cases():
    weights = np.array([1.0, 1, 0, 2, 3, 1, 1, 1, 0, 1])
    # Diseased: 2 called, 2 not. Healthy: 3 called, 4 not.
    assert sensitivity(TARGETS, DECISIONS, weights) == pytest.approx(2 / 4, abs=1e-15)


@pytest.mark.parametrize(
    ("targets", "decisions", "expected"),
    [
        pytest.param([0, 0], [0, 1], None, id="no diseased"),
        pytest.param([1, 1], [0, 1], 0.5, id="no healthy"),
        pytest.param([0, 1], [0, 0], 0.0, id="none called"),
        pytest.param([0, 1], [1, 1], 1.0, id="all called"),
        pytest.param([], [], None, id="no case"),
    ],
)
def test_one_sided(targets, decisions, expected):
    targets, decisions = np.array(targets, dtype=float), np.array(decisions, dtype=float)
    if expected is None:
        with pytest.raises(UndefinedMetricError):
            sensitivity(targets, decisions)
    else:
        assert sensitivity(targets, decisions) == expected


def test_base_is_what_it_is_a_fraction_of():
    assert METRIC.base(TARGETS, DECISIONS).sum() == 4

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.balanced_accuracy import balanced_accuracy

# 4 diseased: 3 called. 6 healthy: 1 called.
TARGETS = np.array([1.0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
DECISIONS = np.array([1.0, 1, 1, 0, 1, 0, 0, 0, 0, 0])


def test_worked_by_hand():
    assert balanced_accuracy(TARGETS, DECISIONS) == pytest.approx((3 / 4 + 5 / 6) / 2, abs=1e-15)


def test_weights_count_cases():
    weights = np.array([1.0, 1, 0, 2, 3, 1, 1, 1, 0, 1])
    # Diseased: 2 called, 2 not. Healthy: 3 called, 4 not.
    assert balanced_accuracy(TARGETS, DECISIONS, weights) == pytest.approx(
        (2 / 4 + 4 / 7) / 2, abs=1e-15
    )


@pytest.mark.parametrize(
    ("targets", "decisions", "expected"),
    [
        pytest.param([0, 0], [0, 1], None, id="no diseased"),
        pytest.param([1, 1], [0, 1], None, id="no healthy"),
        pytest.param([0, 1], [0, 0], 0.5, id="none called"),
        pytest.param([0, 1], [1, 1], 0.5, id="all called"),
        pytest.param([], [], None, id="no case"),
    ],
)
def test_one_sided(targets, decisions, expected):
    targets, decisions = np.array(targets, dtype=float), np.array(decisions, dtype=float)
    if expected is None:
        with pytest.raises(UndefinedMetricError):
            balanced_accuracy(targets, decisions)
    else:
        assert balanced_accuracy(targets, decisions) == expected

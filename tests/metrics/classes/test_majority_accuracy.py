import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.majority_accuracy import majority_accuracy

# True class (rows) and called class (columns): [[3, 1, 0], [1, 2, 0], [1, 0, 2]].
TARGETS = np.array([0.0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
CALLED = np.array([0.0, 0, 0, 1, 0, 1, 1, 0, 2, 2])


def test_worked_by_hand():
    assert majority_accuracy(TARGETS, CALLED) == pytest.approx(0.4, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 2, 0, 1, 1, 3, 1, 2, 1, 1])
    repeated = majority_accuracy(np.repeat(TARGETS, times), np.repeat(CALLED, times))
    assert majority_accuracy(TARGETS, CALLED, times.astype(float)) == pytest.approx(
        repeated, abs=1e-15
    )


@pytest.mark.parametrize(
    ("targets", "called"),
    [
        pytest.param([], [], id="no case"),
    ],
)
def test_what_does_not_exist(targets, called):
    with pytest.raises(UndefinedMetricError):
        majority_accuracy(np.array(targets, dtype=float), np.array(called, dtype=float))

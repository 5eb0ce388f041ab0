import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.mcc import mcc

# True class (rows) and called class (columns): [[3, 1, 0], [1, 2, 0], [1, 0, 2]].
TARGETS = np.array([0.0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
CALLED = np.array([0.0, 0, 0, 1, 0, 1, 1, 0, 2, 2])


def test_worked_by_hand():
    assert mcc(TARGETS, CALLED) == pytest.approx(
        (7 * 10 - (4 * 5 + 3 * 3 + 3 * 2)) / ((100 - 34) * (100 - 38)) ** 0.5, abs=1e-15
    )


def test_weights_count_cases():
    times = np.array([1, 2, 0, 1, 1, 3, 1, 2, 1, 1])
    repeated = mcc(np.repeat(TARGETS, times), np.repeat(CALLED, times))
    assert mcc(TARGETS, CALLED, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


@pytest.mark.parametrize(
    ("targets", "called"),
    [
        pytest.param([], [], id="no case"),
        pytest.param([1, 1], [1, 1], id="one class only"),
        pytest.param([0, 1], [1, 1], id="called one class"),
        pytest.param([1, 1], [0, 1], id="of one class"),
    ],
)
def test_what_does_not_exist(targets, called):
    with pytest.raises(UndefinedMetricError):
        mcc(np.array(targets, dtype=float), np.array(called, dtype=float))

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.values.calibration_slope import calibration_slope

TARGETS = np.array([1.0, 2, 3, 4])
SCORES = np.array([1.5, 2, 4, 4.5])


def test_worked_by_hand():
    assert calibration_slope(TARGETS, SCORES) == pytest.approx(1.375 / 1.625, abs=1e-14)


def test_weights_count_cases():
    times = np.array([1, 3, 2, 1])
    repeated = calibration_slope(np.repeat(TARGETS, times), np.repeat(SCORES, times))
    assert calibration_slope(TARGETS, SCORES, times.astype(float)) == pytest.approx(
        repeated, abs=1e-13
    )


def test_a_large_offset_costs_no_digits():
    moved = calibration_slope(TARGETS + 1e6, SCORES + 1e6)
    assert moved == pytest.approx(calibration_slope(TARGETS, SCORES), abs=1e-9)


@pytest.mark.parametrize(
    ("targets", "scores"),
    [
        pytest.param([], [], id="no case"),
        pytest.param([1, 2, 3], [0.1, 0.1, 0.1], id="scores do not vary"),
    ],
)
def test_what_does_not_exist(targets, scores):
    with pytest.raises(UndefinedMetricError):
        calibration_slope(np.array(targets, dtype=float), np.array(scores, dtype=float))

import numpy as np
import pytest

from radzoo.metrics.calibration_slope import METRIC
from radzoo.metrics.intervals.wald import wald
from radzoo.metrics.logistic import sigmoid
from radzoo.metrics.sample import make_sample


def test_worked_by_hand():
    # Slope 1; information of the slope: 10 cases * 0.8 * 0.2 * (log 4)^2.
    targets = np.array([1.0, 1, 1, 1, 0, 1, 0, 0, 0, 0])
    log_odds = np.log(4) * np.array([1.0] * 5 + [-1.0] * 5)
    bounds = wald(METRIC, make_sample(targets, sigmoid(log_odds)), 0.95)
    half = 1.959963984540054 / np.sqrt(10 * 0.8 * 0.2 * np.log(4) ** 2)
    assert (bounds.low, bounds.high) == pytest.approx((1 - half, 1 + half), abs=1e-4)

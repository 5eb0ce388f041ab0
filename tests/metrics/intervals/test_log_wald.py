from math import exp

import numpy as np
import pytest

from radzoo.metrics.intervals.log_wald import log_wald
from radzoo.metrics.oe_ratio import METRIC
from radzoo.metrics.sample import make_sample


def test_worked_by_hand():
    # 4 of 8 where 2 are expected: log(2) -+ 1.96 * sqrt(0.5 / 4).
    sample = make_sample(np.tile([0.0, 1], 4), np.full(8, 0.25))
    bounds = log_wald(METRIC, sample, 0.95)
    factor = exp(1.959964 * np.sqrt(0.125))
    assert (bounds.low, bounds.high) == pytest.approx((2 / factor, 2 * factor), rel=1e-6)

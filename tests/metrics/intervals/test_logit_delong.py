import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import METRIC
from radzoo.metrics.intervals.logit_delong import logit_delong
from radzoo.metrics.sample import make_sample


def test_worked_by_hand():
    # AUROC 3/4, DeLong's variance 1/8: on the logit log 3 -+ z * sqrt(1/8) / (3/16).
    bounds = logit_delong(METRIC, make_sample(np.array([0.0, 1, 0, 1]), np.arange(4.0)), 0.95)
    ends = np.log(3) + np.array([-1, 1]) * 1.959963984540054 * np.sqrt(1 / 8) / (3 / 16)
    assert (bounds.low, bounds.high) == pytest.approx(tuple(1 / (1 + np.exp(-ends))), abs=1e-12)


def test_a_perfect_auroc_has_none():
    with pytest.raises(UndefinedMetricError, match="not estimable on the logit"):
        logit_delong(METRIC, make_sample(np.array([0.0, 0, 1, 1]), np.arange(4.0)), 0.95)

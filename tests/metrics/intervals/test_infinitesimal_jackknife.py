import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.infinitesimal_jackknife import infinitesimal_jackknife
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.times import TIME_METRICS

HARRELL = TIME_METRICS["harrell_c"]
TARGETS = np.array([[1.0, 1], [2, 1], [3, 1]])


def test_worked_by_hand():
    # Pairs (1, 2) and (1, 3) are right, (2, 3) is wrong: C = 2/3. The influence of a case is
    # (right ones of its pairs - 2/3 of its pairs) / 3: 2/9, -1/9, -1/9.
    sample = make_other_sample("times", TARGETS, np.array([3.0, 1, 2]))
    bounds = infinitesimal_jackknife(HARRELL, sample, 0.95)
    half = 1.959963984540054 * np.sqrt(6) / 9
    assert (bounds.low, bounds.high) == pytest.approx((2 / 3 - half, 2 / 3 + half))


def test_patients_are_summed_first():
    sample = make_other_sample("times", TARGETS, np.array([3.0, 1, 2]), patients=["a", "b", "b"])
    bounds = infinitesimal_jackknife(HARRELL, sample, 0.95)
    assert bounds.high - bounds.low == pytest.approx(2 * 1.959963984540054 * np.sqrt(8) / 9)


def test_a_perfect_order_has_no_interval():
    sample = make_other_sample("times", TARGETS, np.array([3.0, 2, 1]))
    with pytest.raises(UndefinedMetricError, match="no case has any influence"):
        infinitesimal_jackknife(HARRELL, sample, 0.95)

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.percentile import percentile
from radzoo.metrics.resampling import Draws


def draws(values, estimate, n_undefined=0):
    return Draws(estimate, np.sort(np.array(values, dtype=float)), np.empty(0), n_undefined)


def test_worked_by_hand():
    bounds = percentile(draws(range(101), 50), 0.9)
    assert (bounds.low, bounds.high) == pytest.approx((5, 95))
    assert bounds.note is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param(draws([], 0.5), "no resampling", id="none"),
        pytest.param(draws([1, 1, 1], 1), "same value", id="all equal"),
        pytest.param(draws(range(80), 40, 20), "undefined in 20 of 100", id="too many undefined"),
        pytest.param(draws(range(100), 200), "biased", id="the value lies outside"),
    ],
)
def test_draws_that_carry_no_interval(given, why):
    with pytest.raises(UndefinedMetricError, match=why):
        percentile(given, 0.95)


def test_a_few_undefined_draws_are_said():
    assert percentile(draws(range(95), 40, 5), 0.95).note == "5 of 100 resamples were undefined"

"""Interval: the middle of the bootstrap draws."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval
from radzoo.metrics.resampling import Draws, check_draws, note_undefined


def percentile(draws: Draws, level: float) -> Bounds:
    """Return the quantiles of the draws that leave out equal tails.

    Raises:
        UndefinedMetricError: if the draws cannot carry an interval, or the value itself lies
            outside, as it does where resampling is biased.

    References:
        Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall, 1993.
        Section 13.3.
    """
    check_draws(draws)
    low, high = np.quantile(draws.values, [(1 - level) / 2, (1 + level) / 2])
    if not low <= draws.estimate <= high:
        raise UndefinedMetricError("resampling is biased here: the value lies outside the draws")
    return Bounds(float(low), float(high), note_undefined(draws))


INTERVAL = Interval(name="percentile", compute=percentile, resamples=True)

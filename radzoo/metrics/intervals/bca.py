"""Interval: bootstrap, corrected for bias and for a spread that changes with the value."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Vector
from radzoo.metrics.intervals.normal import STANDARD, critical_value
from radzoo.metrics.resampling import Draws, check_draws, note_undefined


def bca(draws: Draws, level: float) -> Bounds:
    """Return bias-corrected and accelerated quantiles of the draws.

    Raises:
        UndefinedMetricError: if the draws cannot carry an interval, or nearly all lie on one
            side of the value.

    References:
        Efron B. Better bootstrap confidence intervals. Journal of the American Statistical
        Association 1987;82:171-185. Equation 2.3, and 7.3 for the acceleration.
    """
    check_draws(draws)
    below = np.count_nonzero(draws.values < draws.estimate)
    equal = np.count_nonzero(draws.values == draws.estimate)
    share = (below + equal / 2) / len(draws.values)
    z = critical_value(level)
    if not STANDARD.cdf(-z) < share < STANDARD.cdf(z):
        raise UndefinedMetricError("resampling is biased here: the draws lie beside the value")
    bias = STANDARD.inv_cdf(share)
    acceleration = accelerate(draws.left_out)
    ends = []
    for end in (-z, z):
        stretch = 1 - acceleration * (bias + end)
        if stretch <= 0:
            raise UndefinedMetricError("the acceleration is too large: too few cases")
        ends.append(STANDARD.cdf(bias + (bias + end) / stretch))
    low, high = np.quantile(draws.values, ends)
    return Bounds(float(low), float(high), note_undefined(draws))


def accelerate(left_out: Vector) -> float:
    """Return the acceleration from the values with one patient left out in turn."""
    if not left_out.size:
        raise UndefinedMetricError("undefined whichever patient is left out")
    influence = left_out.mean() - left_out
    spread = float(influence @ influence)
    return float((influence**3).sum() / (6 * spread**1.5)) if spread else 0.0


INTERVAL = Interval(name="bca", compute=bca, resamples=True)

"""The normal distribution, from the standard library: scipy.stats takes half a second to load."""

import math
import sys
from statistics import NormalDist

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds

STANDARD = NormalDist()
# No test says that something is impossible: a p that is too small for a float64 is this one.
SMALLEST_P = sys.float_info.min


def critical_value(level: float) -> float:
    """Return z such that the normal distribution has `level` of its mass within -z and z."""
    return STANDARD.inv_cdf(0.5 + level / 2)


def lower_tail(z: float) -> float:
    """Return the mass of the normal distribution below z, to its full precision and never 0.

    `NormalDist.cdf` takes a number near 1 from 1, and so is 0 below z = -8.3.
    """
    return max(0.5 * math.erfc(-z / math.sqrt(2)), SMALLEST_P)


def on_the_logit(fraction: float, variance: float, level: float) -> Bounds:
    """Return a normal interval for the log odds of a fraction, turned back.

    Raises:
        UndefinedMetricError: if the fraction is 0 or 1: its log odds are infinite.
    """
    if not 0 < fraction < 1:
        raise UndefinedMetricError(f"not estimable on the logit where the value is {fraction:g}")
    centre = math.log(fraction / (1 - fraction))
    half = critical_value(level) * math.sqrt(variance) / (fraction * (1 - fraction))
    return Bounds(expit(centre - half), expit(centre + half))


def expit(log_odds: float) -> float:
    """Turn log odds into a fraction."""
    return 0.5 * (1.0 + math.tanh(0.5 * log_odds))

"""Interval: bootstrap turned round, for metrics that resampling pushes one way."""

import numpy as np

from radzoo.core.plugins import Bounds, Interval
from radzoo.metrics.resampling import Draws, check_draws, note_undefined


def basic(draws: Draws, level: float) -> Bounds:
    """Return the value minus the errors that the draws make, widened to hold the value.

    A binned calibration error is too high in a sample, and higher still in a resample of
    it. Percentiles take that bias twice; this takes it off once. The metric's own limits
    cut it afterwards.

    Raises:
        UndefinedMetricError: if the draws cannot carry an interval.

    References:
        Davison AC, Hinkley DV. Bootstrap Methods and their Application. Cambridge
        University Press, 1997. Section 5.2.1, equation 5.6.
    """
    check_draws(draws)
    low, high = np.quantile(draws.values, [(1 - level) / 2, (1 + level) / 2])
    estimate = draws.estimate
    return Bounds(
        min(2 * estimate - float(high), estimate),
        max(2 * estimate - float(low), estimate),
        note_undefined(draws),
    )


INTERVAL = Interval(name="basic", compute=basic, resamples=True)

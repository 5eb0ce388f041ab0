"""Interval: a proportion of independent cases."""

import math

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.intervals.proportions import PROPORTIONS, read_proportion
from radzoo.metrics.sample import Sample


def wilson(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the score interval of a proportion; right for small numbers, and at 0 and 1.

    Raises:
        UndefinedMetricError: if there is no case to take a fraction of.

    References:
        Wilson EB. Probable inference, the law of succession, and statistical inference.
        Journal of the American Statistical Association 1927;22:209-212.
    """
    proportion = read_proportion(metric, sample)
    return score_interval(proportion.value, len(proportion.hits), level)


def score_interval(value: float, n: float, level: float) -> Bounds:
    """Return Wilson's interval for a proportion `value` of `n`; exact at 0 and 1."""
    z2 = critical_value(level) ** 2
    centre = value + z2 / (2 * n)
    half = math.sqrt(z2 * (value * (1 - value) + z2 / (4 * n)) / n)
    low = 0.0 if value == 0 else (centre - half) / (1 + z2 / n)
    high = 1.0 if value == 1 else (centre + half) / (1 + z2 / n)
    return Bounds(low, high)


INTERVAL = Interval(name="wilson", compute=wilson, metrics=PROPORTIONS)

"""Interval: a proportion where a patient has several cases."""

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.proportions import PROPORTIONS, count_independent, read_proportion
from radzoo.metrics.intervals.wilson import score_interval
from radzoo.metrics.sample import Sample


def rao_scott(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return Wilson's interval for as many independent cases as these are worth.

    Raises:
        UndefinedMetricError: if fewer than two patients have a case to take a fraction of.

    References:
        Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data.
        Biometrics 1992;48:577-585. Section 2.
    """
    if sample.patients is None:
        raise ValueError("needs patients")
    proportion = read_proportion(metric, sample)
    return score_interval(proportion.value, count_independent(proportion), level)


INTERVAL = Interval(name="rao-scott", compute=rao_scott, metrics=PROPORTIONS)

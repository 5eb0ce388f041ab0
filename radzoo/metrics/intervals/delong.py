"""Interval: AUROC with DeLong's variance, symmetric, cut at 0 and 1."""

import math

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.intervals.placements import delong_variance, place
from radzoo.metrics.sample import Sample


def delong(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return AUROC -+ z * DeLong's standard error.

    Right for many cases of both classes and an AUROC not near 1; with 10 diseased cases
    and an AUROC of 0.97 the nominal 95 % cover 75 %. Cases must be independent.

    Raises:
        UndefinedMetricError: if a class has fewer than two cases.

    References:
        DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845.
    """
    placements = place(sample.targets, sample.scores)
    variance = delong_variance(placements)
    half = critical_value(level) * math.sqrt(variance)
    note = None if variance else "DeLong's variance is 0 here and says nothing: see newcombe"
    return Bounds(max(0.0, placements.auroc - half), min(1.0, placements.auroc + half), note)


INTERVAL = Interval(name="delong", compute=delong, metrics=frozenset({"auroc"}))

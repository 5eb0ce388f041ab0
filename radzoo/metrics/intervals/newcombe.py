"""Interval: AUROC by Newcombe's score-type method, for few cases and values near 1."""

from collections.abc import Callable

import numpy as np

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.intervals.placements import place
from radzoo.metrics.sample import Sample

HALVINGS = 200


def newcombe(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the AUROCs that the observed one does not contradict at this level.

    The variance is taken at the tested value, not at the observed one, so the interval
    exists for an AUROC of 1 and for a single diseased case. Where patients repeat, the
    patients who have a diseased (healthy) case are counted instead of the cases, which is
    cautious.

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Newcombe RG. Confidence intervals for an effect size measure based on the
        Mann-Whitney statistic. Part 2: asymptotic methods and evaluation. Statistics in
        Medicine 2006;25:559-573. Method 5.
    """
    observed = place(sample.targets, sample.scores).auroc
    n_diseased, n_healthy = (count_units(sample, target) for target in (1.0, 0.0))
    z = critical_value(level)

    def variance(value: float) -> float:
        average = (n_diseased + n_healthy) / 2 - 1
        spread = 1 + average * ((1 - value) / (2 - value) + value / (1 + value))
        return value * (1 - value) * spread / (n_diseased * n_healthy)

    def contradicted(value: float) -> bool:
        return (value - observed) ** 2 > z * z * variance(value)

    note = None if sample.patients is None else "patients are counted instead of cases"
    return Bounds(
        boundary(0.0, observed, contradicted), boundary(1.0, observed, contradicted), note
    )


def count_units(sample: Sample, target: float) -> int:
    """Count the cases of a class, or the patients who have one."""
    if sample.patients is None:
        return int((sample.targets == target).sum())
    return len(np.unique(sample.patients[sample.targets == target]))


def boundary(outside: float, inside: float, contradicted: Callable[[float], bool]) -> float:
    """Halve the distance until the last value that is not contradicted is found."""
    if not contradicted(outside):
        return outside
    for _ in range(HALVINGS):
        middle = (outside + inside) / 2
        if contradicted(middle):
            outside = middle
        else:
            inside = middle
    return inside


INTERVAL = Interval(name="newcombe", compute=newcombe, metrics=frozenset({"auroc"}))

"""Interval: a likelihood ratio, on the log scale."""

import math

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric, Vector
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample


def log_ratio(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return a normal interval for the logarithm of the ratio, turned back.

    Where patients repeat the variance is that between patients.

    Raises:
        UndefinedMetricError: if the ratio is undefined, or 0: its logarithm is infinite; if
            all calls are the same, or a class has one patient among several.

    References:
        Simel DL, Samsa GP, Matchar DB. Likelihood ratios with confidence: sample size
        estimation for diagnostic test studies. Journal of Clinical Epidemiology
        1991;44:763-770. Appendix.
    """
    decisions = sample.read(metric)
    value = metric.compute(sample.targets, decisions)
    if not value:
        raise UndefinedMetricError("not estimable on the log scale where the value is 0")
    called = decisions if metric.name == "lr_positive" else 1 - decisions
    influence = weigh_cases(called, sample.targets) - weigh_cases(called, 1 - sample.targets)
    variance = add_squares(influence, sample)
    if not variance:
        raise UndefinedMetricError("all cases are called alike")
    half = critical_value(level) * math.sqrt(variance)
    return Bounds(value * math.exp(-half), value * math.exp(half))


def weigh_cases(called: Vector, members: Vector) -> Vector:
    """Return how much each case of a class moves the logarithm of the share that is called."""
    share = float(called @ members / members.sum())
    return np.asarray(members * (called - share) / (share * members.sum()))


def add_squares(influence: Vector, sample: Sample) -> float:
    """Return the variance of a sum of what independent cases, or patients, add to it.

    Raises:
        UndefinedMetricError: if patients repeat, and a class is of one alone.
    """
    if sample.patients is None:
        return float(influence @ influence)
    for target in (0.0, 1.0):
        if len(np.unique(sample.patients[sample.targets == target])) < 2:
            raise UndefinedMetricError("needs two patients of each class")
    between = np.bincount(sample.patients, influence)
    return float(between @ between) * len(between) / (len(between) - 1)


INTERVAL = Interval(
    name="log-ratio", compute=log_ratio, metrics=frozenset({"lr_positive", "lr_negative"})
)

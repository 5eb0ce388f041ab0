"""Interval: the value -+ z standard errors, from what each patient adds to its error."""

import math

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric, Vector
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample

# Sums of squares below this are rounding: no case has any say in the value.
ROUNDING = 1e-24


def infinitesimal_jackknife(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the value -+ z * the standard error of the influence of patients.

    Raises:
        UndefinedMetricError: if the metric is undefined, or no case has any influence on it,
            as on a perfect order.

    References:
        Efron B. The Jackknife, the Bootstrap and Other Resampling Plans. SIAM, 1982. Chapter 6.
        Therneau TM, Atkinson E. Concordance. Vignette of the R package survival. Section
        "Variance".
    """
    if metric.influence is None:
        raise ValueError(f"{metric.name} has no influence")
    value = metric.compute(sample.targets, sample.scores)
    variance = sum_squares(metric.influence(sample.targets, sample.scores), sample)
    if variance <= ROUNDING:
        raise UndefinedMetricError("no case has any influence on the value")
    half = critical_value(level) * math.sqrt(variance)
    return Bounds(value - half, value + half)


def sum_squares(influence: Vector, sample: Sample) -> float:
    """Sum up the squared influence of patients, or of cases where no patient repeats."""
    if sample.patients is not None:
        influence = np.bincount(sample.patients, influence).astype(np.float64)
    return float(influence @ influence)


INTERVAL = Interval(
    name="infinitesimal-jackknife",
    compute=infinitesimal_jackknife,
    metrics=frozenset({"harrell_c", "uno_c", "auroc_at", "brier_at", "ipa_at"}),
)

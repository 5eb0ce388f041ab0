"""Interval: a regression coefficient, by its spread between patients."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample


def sandwich(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the value -+ z * its standard error between patients.

    Where every case is a patient of its own it is robust against a wrong model, too.

    Raises:
        UndefinedMetricError: if the metric is undefined, or all cases are of one patient.

    References:
        Liang KY, Zeger SL. Longitudinal data analysis using generalized linear models.
        Biometrika 1986;73:13-22. Equation 9, with working independence.
    """
    if metric.standard_error is None:
        raise ValueError(f"{metric.name} has no standard error")
    value = metric.compute(sample.targets, sample.scores)
    if sample.n_units < 2:
        raise UndefinedMetricError("needs two patients")
    units = np.arange(len(sample.targets)) if sample.patients is None else sample.patients
    error = metric.standard_error(sample.targets, sample.scores, units)
    half = critical_value(level) * error
    return Bounds(value - half, value + half)


INTERVAL = Interval(
    name="sandwich",
    compute=sandwich,
    metrics=frozenset({"calibration_slope", "calibration_intercept", "calibration_in_the_large"}),
)

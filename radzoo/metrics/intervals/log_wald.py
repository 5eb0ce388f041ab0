"""Interval: a ratio whose logarithm is nearly normal."""

import math

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample


def log_wald(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the value divided and multiplied by exp(z * standard error of its logarithm).

    The spread is that between patients where they repeat.

    Raises:
        UndefinedMetricError: if the metric is undefined, or 0, or all cases are of one patient.

    References:
        Debray TPA, Damen JAAG, Riley RD, et al. A framework for meta-analysis of prediction
        model studies with binary and time-to-event outcomes. Statistical Methods in Medical
        Research 2019;28:2768-2786. Section 2.2, the variance of log(O/E).
    """
    if metric.standard_error is None:
        raise ValueError(f"{metric.name} has no standard error")
    value = metric.compute(sample.targets, sample.scores)
    if not value > 0:
        raise UndefinedMetricError("a ratio of 0 has no logarithm")
    if sample.n_units < 2:
        raise UndefinedMetricError("needs two patients, or cases")
    error = metric.standard_error(sample.targets, sample.scores, sample.patients)
    factor = math.exp(critical_value(level) * error)
    return Bounds(value / factor, value * factor)


INTERVAL = Interval(name="log-wald", compute=log_wald, metrics=frozenset({"oe_ratio"}))

"""Interval: a value that is nearly normal, such as a regression coefficient."""

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample


def wald(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the value -+ z * its standard error. Cases must be independent.

    Raises:
        UndefinedMetricError: if the metric is undefined.

    References:
        Wald A. Tests of statistical hypotheses concerning several parameters when the
        number of observations is large. Transactions of the American Mathematical Society
        1943;54:426-482.
    """
    if metric.standard_error is None:
        raise ValueError(f"{metric.name} has no standard error")
    value = metric.compute(sample.targets, sample.scores)
    half = critical_value(level) * metric.standard_error(sample.targets, sample.scores)
    return Bounds(value - half, value + half)


INTERVAL = Interval(
    name="wald",
    compute=wald,
    metrics=frozenset({"calibration_slope", "calibration_intercept", "calibration_in_the_large"}),
)

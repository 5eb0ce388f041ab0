"""Interval: a correlation, on the scale on which it is nearly normal."""

import math

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample


def fisher_z(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return a normal interval of the inverse hyperbolic tangent, turned back.

    Cases must be independent.

    Raises:
        UndefinedMetricError: if the metric is undefined, -1 or 1, or there are too few cases.

    References:
        Fisher RA. On the probable error of a coefficient of correlation deduced from a small
        sample. Metron 1921;1:3-32. For Lin's concordance: Biometrics 1989;45:255-268, section 3.
    """
    if metric.standard_error is None:
        raise ValueError(f"{metric.name} has no standard error")
    value = metric.compute(sample.targets, sample.scores)
    if abs(value) >= 1:
        raise UndefinedMetricError(f"not estimable where the value is {value:g}")
    error = metric.standard_error(sample.targets, sample.scores) / (1 - value**2)
    half = critical_value(level) * error
    centre = math.atanh(value)
    return Bounds(math.tanh(centre - half), math.tanh(centre + half))


INTERVAL = Interval(name="fisher-z", compute=fisher_z, metrics=frozenset({"pearson", "ccc"}))

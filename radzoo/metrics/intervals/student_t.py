"""Interval: a mean, a limit of agreement or a slope of numbers that vary normally."""

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.quantiles import t_quantile
from radzoo.metrics.sample import Sample

# How many numbers are fitted before the spread is taken.
FITTED = {
    "bias": 1,
    "lower_limit": 1,
    "upper_limit": 1,
    "calibration_slope": 2,
    "proportional_bias": 2,
}


def student_t(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the value -+ t * its standard error. Cases must be independent.

    Exact for a mean of normal numbers and a slope with normal residuals; of a limit of
    agreement the standard error is an approximation.

    Raises:
        UndefinedMetricError: if the metric is undefined, or there are too few cases.

    References:
        Student. The probable error of a mean. Biometrika 1908;6:1-25. Of limits of agreement:
        Bland JM, Altman DG. Statistical Methods in Medical Research 1999;8:135-160. Section 2.2.
    """
    if metric.standard_error is None:
        raise ValueError(f"{metric.name} has no standard error")
    freedom = len(sample.targets) - FITTED[metric.name]
    if freedom < 1:
        raise UndefinedMetricError("too few cases")
    value = metric.compute(sample.targets, sample.scores)
    error = metric.standard_error(sample.targets, sample.scores)
    half = t_quantile(freedom, 0.5 + level / 2) * error
    return Bounds(value - half, value + half)


INTERVAL = Interval(name="student-t", compute=student_t, metrics=frozenset(FITTED))

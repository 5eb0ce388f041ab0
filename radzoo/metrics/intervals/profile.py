"""Interval: the coefficients that the likelihood does not speak against."""

from collections.abc import Callable

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.calibration.weak import profile_deviance
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import Sample

COLUMNS = {"calibration_intercept": 0, "calibration_slope": 1}
FARTHEST = 64.0
HALVINGS = 80


def profile(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return where twice the log-likelihood has fallen by the quantile of chi-squared.

    The other coefficient is fitted anew at every value. Cases must be independent. Unlike
    `wald` it need not be symmetric. It is what R's `confint` gives for a `glm`.

    Raises:
        UndefinedMetricError: if the metric is undefined, or the likelihood falls too slowly.

    References:
        Venables WN, Ripley BD. Modern Applied Statistics with S. Springer, 4th edition 2002.
        Section 8.4, profile likelihood.
    """
    if metric.standard_error is None:
        raise ValueError(f"{metric.name} has no standard error")
    centre = metric.compute(sample.targets, sample.scores)
    error = metric.standard_error(sample.targets, sample.scores)
    deviance = profile_deviance(sample.targets, sample.scores, COLUMNS[metric.name])
    lowest, allowed = deviance(centre), critical_value(level) ** 2

    def excess(distance: float) -> float:
        return deviance(centre + distance * error) - lowest - allowed

    return Bounds(centre + error * find_end(excess, -1), centre + error * find_end(excess, 1))


def find_end(excess: Callable[[float], float], direction: int) -> float:
    """Return the distance in standard errors at which the likelihood has fallen enough.

    Raises:
        UndefinedMetricError: if it has not within 64 standard errors.
    """
    outside = 1.0
    while excess(direction * outside) < 0:
        outside *= 2
        if outside > FARTHEST:
            raise UndefinedMetricError("the likelihood falls too slowly for an end of the interval")
    inside = 0.0
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if excess(direction * middle) < 0:
            inside = middle
        else:
            outside = middle
    return direction * (inside + outside) / 2


INTERVAL = Interval(name="profile", compute=profile, metrics=frozenset(COLUMNS))

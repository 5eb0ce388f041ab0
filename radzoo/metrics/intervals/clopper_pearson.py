"""Interval: a proportion, never covering less than it says."""

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.proportions import PROPORTIONS, count_independent, read_proportion
from radzoo.metrics.sample import Sample


def clopper_pearson(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the proportions whose exact binomial tails hold the count; wider than Wilson's.

    Where patients repeat the number of cases is divided by the design effect (Korn and
    Graubard).

    Raises:
        UndefinedMetricError: if there is no case to take a fraction of.

    References:
        Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the
        case of the binomial. Biometrika 1934;26:404-413.
        Korn EL, Graubard BI. Confidence intervals for proportions with small expected number
        of positive counts estimated from survey data. Survey Methodology 1998;24:193-201.
    """
    proportion = read_proportion(metric, sample)
    n = count_independent(proportion)
    return exact_interval(proportion.value * n, n, level)


def exact_interval(hits: float, n: float, level: float) -> Bounds:
    """Return the exact interval of `hits` out of `n`, by quantiles of the beta distribution."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if hits <= 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits >= n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return Bounds(low, high)


INTERVAL = Interval(name="clopper-pearson", compute=clopper_pearson, metrics=PROPORTIONS)

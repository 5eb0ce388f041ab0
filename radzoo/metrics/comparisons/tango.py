"""Interval of the difference of two proportions on the same cases: Tango's score interval."""

import math

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds
from radzoo.metrics.intervals.normal import critical_value

HALVINGS = 100


def tango(first_only: float, second_only: float, n: float, level: float) -> Bounds:
    """Return the differences that the data do not contradict at this level.

    It exists where no case is discordant, and stays within -1 and 1.

    Args:
        first_only: cases on which the first is right and the second wrong; fractions where
            cases of one patient count for less than a case each.
        second_only: the other way round.
        n: all cases.
        level: wanted coverage.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Tango T. Equivalence test and confidence interval for the difference in proportions
        for the paired-sample design. Statistics in Medicine 1998;17:891-908. Equations 18 to
        21.
    """
    if not n > 0:
        raise UndefinedMetricError("needs a case")
    critical = critical_value(level)
    observed = (first_only - second_only) / n

    def search(outside: float) -> float:
        inside = observed
        if abs(score(first_only, second_only, n, outside)) <= critical:
            return outside
        for _ in range(HALVINGS):
            middle = (outside + inside) / 2
            if abs(score(first_only, second_only, n, middle)) > critical:
                outside = middle
            else:
                inside = middle
        return inside

    return Bounds(search(-1.0), search(1.0))


def score(first_only: float, second_only: float, n: float, difference: float) -> float:
    """Return how far the data are from a true difference, in standard errors under it.

    At 0 it is the root of McNemar's statistic without correction.
    """
    apart = first_only - second_only - n * difference
    b = -first_only - second_only + (2 * n - first_only + second_only) * difference
    c = -second_only * difference * (1 - difference)
    likely = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    variance = n * (2 * likely + difference * (1 - difference))
    if variance <= 1e-300:
        return 0.0 if abs(apart) < 1e-12 else math.copysign(math.inf, apart)
    return apart / math.sqrt(variance)

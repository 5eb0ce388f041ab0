"""Metric: the upper limit of agreement of predicted and true numbers."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs

WIDTH = critical_value(0.95)


def upper_limit(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Mean difference + 1.96 standard deviations: 2.5 % of differences lie above, if normal.

    Differences are predicted minus true. Of cases that share patients it is that of one case.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any number.

    Raises:
        UndefinedMetricError: with fewer than two cases.

    References:
        Bland JM, Altman DG. Statistical methods for assessing agreement between two methods
        of clinical measurement. Lancet 1986;327:307-310.
        The standard error is that of 1999;8:135-160, section 2.2.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(upper_limit(targets, np.array([1.5, 2, 4, 4.5])), 4)
        1.3002
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "two cases")


def combine(pairs: Pairs) -> Vector:
    """Return the limit."""
    return pairs.bias + WIDTH * pairs.error_deviation


def standard_error(targets: Vector, scores: Vector) -> float:
    """Return its standard error, of independent cases and normal differences.

    Raises:
        UndefinedMetricError: with fewer than two cases.
    """
    n = len(targets)
    if n < 2:
        raise UndefinedMetricError("needs two cases")
    deviation = describe_pairs(targets, scores).error_deviation[0]
    return float(deviation * np.sqrt(1 / n + WIDTH**2 / (2 * (n - 1))))


METRIC = Metric(
    name="upper_limit",
    compute=upper_limit,
    tasks=frozenset({"regression"}),
    higher_is_better=None,
    reads="values",
    interval="student-t",
    limits=(-np.inf, np.inf),
    standard_error=standard_error,
    many=many_of_pairs(combine),
)

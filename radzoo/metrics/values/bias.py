"""Metric: how much too high predicted numbers are, on average."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def bias(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Mean of predicted minus true, in the target's unit; 0 is right, positive = too high.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any number.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Bland JM, Altman DG. Statistical methods for assessing agreement between two methods
        of clinical measurement. Lancet 1986;327:307-310.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(bias(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.5
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "a case")


def combine(pairs: Pairs) -> Vector:
    """Return the mean difference."""
    return pairs.bias


def standard_error(targets: Vector, scores: Vector) -> float:
    """Return its standard error, of independent cases.

    Raises:
        UndefinedMetricError: with fewer than two cases.
    """
    if len(targets) < 2:
        raise UndefinedMetricError("needs two cases")
    deviation = describe_pairs(targets, scores).error_deviation[0]
    return float(deviation / np.sqrt(len(targets)))


METRIC = Metric(
    name="bias",
    compute=bias,
    tasks=frozenset({"regression"}),
    higher_is_better=None,
    reads="values",
    interval="student-t",
    limits=(-np.inf, np.inf),
    standard_error=standard_error,
    many=many_of_pairs(combine),
)

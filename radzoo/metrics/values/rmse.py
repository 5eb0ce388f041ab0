"""Metric: how far predicted numbers are off, large errors counting more."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def rmse(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Root of the mean squared difference of predicted and true, in the target's unit.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number, 0 or more; at least the mean absolute error.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Hyndman RJ, Koehler AB. Another look at measures of forecast accuracy. International
        Journal of Forecasting 2006;22:679-688. Section 2.1.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(rmse(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.6124
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "a case")


def combine(pairs: Pairs) -> Vector:
    """Return the root mean squared error."""
    return np.sqrt(pairs.mean_square)


METRIC = Metric(
    name="rmse",
    compute=rmse,
    tasks=frozenset({"regression"}),
    higher_is_better=False,
    reads="values",
    interval="bca",
    limits=(0.0, np.inf),
    many=many_of_pairs(combine),
)

"""Metric: how far predicted numbers are off, on average."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def mae(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Mean absolute difference of predicted and true, in the target's unit; 0 is perfect.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number, 0 or more.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Willmott CJ, Matsuura K. Advantages of the mean absolute error (MAE) over the root
        mean square error (RMSE). Climate Research 2005;30:79-82. Equation 2.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(mae(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.5
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "a case")


def combine(pairs: Pairs) -> Vector:
    """Return the mean absolute error."""
    return pairs.mean_absolute


METRIC = Metric(
    name="mae",
    compute=mae,
    tasks=frozenset({"regression"}),
    higher_is_better=False,
    reads="values",
    interval="bca",
    limits=(0.0, np.inf),
    many=many_of_pairs(combine),
)

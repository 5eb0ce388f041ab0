"""Metric: how much better than the mean of the targets."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def r2(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """1 - squared error / squared error of the mean of these targets (Nash and Sutcliffe).

    1 is perfect, 0 as good as calling every case the mean, below 0 worse. Not the square of the
    correlation: scores of the wrong scale lower it.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number up to 1.

    Raises:
        UndefinedMetricError: if the targets do not vary.

    References:
        Kvalseth TO. Cautionary note about R2. American Statistician 1985;39:279-285.
        Equation 1.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(r2(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.7
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "targets that vary")


def combine(pairs: Pairs) -> Vector:
    """Return the coefficient of determination."""
    return 1.0 - divide(pairs.mean_square, pairs.true_variance)


METRIC = Metric(
    name="r2",
    compute=r2,
    tasks=frozenset({"regression"}),
    higher_is_better=True,
    reads="values",
    interval="bca",
    limits=(-np.inf, 1.0),
    many=many_of_pairs(combine),
)

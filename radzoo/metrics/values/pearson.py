"""Metric: the linear correlation of predicted and true numbers."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def pearson(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Pearson's correlation: blind to a shift and to another scale, see `ccc`.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if either does not vary.

    References:
        Fisher RA. Frequency distribution of the values of the correlation coefficient in
        samples from an indefinitely large population. Biometrika 1915;10:507-521.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(pearson(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.9648
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "numbers that vary")


def combine(pairs: Pairs) -> Vector:
    """Return the correlation."""
    return pairs.correlation


def standard_error(targets: Vector, scores: Vector) -> float:
    """Return its standard error such that Fisher's z has 1 / sqrt(n - 3), of independent cases.

    Raises:
        UndefinedMetricError: with fewer than four cases.
    """
    if len(targets) < 4:
        raise UndefinedMetricError("needs four cases")
    return float((1 - pearson(targets, scores) ** 2) / np.sqrt(len(targets) - 3))


METRIC = Metric(
    name="pearson",
    compute=pearson,
    tasks=frozenset({"regression"}),
    higher_is_better=True,
    reads="values",
    interval="fisher-z",
    limits=(-1.0, 1.0),
    standard_error=standard_error,
    many=many_of_pairs(combine),
)

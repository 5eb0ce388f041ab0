"""Metric: the accuracy of calling every case the commonest class."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.accuracy import base
from radzoo.metrics.moments import many_of_sums, sum_features


def majority_accuracy(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Accuracy of calling every case the commonest class, without looking: a baseline.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, not looked at.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Kuhn M, Johnson K. Applied Predictive Modeling. Springer, 2013. Section 11.2, the
        no-information rate.

    Example:
        >>> majority_accuracy(np.array([0.0, 2, 2, 1]), np.zeros(4))
        0.5
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    counted = np.ones(len(targets)) if weights is None else weights
    return float(combine(sum_features(mark(targets, decisions))(counted[None]))[0])


def right(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases are of the commonest class, the lowest of several."""
    classes, counts = np.unique(targets, return_counts=True)
    return np.asarray(targets == classes[counts.argmax()])


def mark(targets: Vector, decisions: Matrix) -> Matrix:
    """Return the classes, one hot."""
    return np.asarray(targets[:, None] == np.unique(targets), dtype=np.float64)


def combine(sums: Matrix) -> Vector:
    """Return the share of the commonest class."""
    return np.asarray(sums.max(axis=1) / sums.sum(axis=1))


METRIC = Metric(
    name="majority_accuracy",
    compute=majority_accuracy,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=None,
    reads="decisions",
    interval="wilson",
    base=base,
    right=right,
    many=many_of_sums(mark, combine),
)

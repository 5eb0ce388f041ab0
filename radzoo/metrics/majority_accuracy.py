"""Metric: the accuracy of calling every case by the commoner class."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums
from radzoo.metrics.prevalence import base, count_classes, prevalence


def majority_accuracy(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Accuracy of calling every case by the commoner class, without looking: a baseline.

    An accuracy that is no higher is worth nothing.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, not looked at.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0.5, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Kuhn M, Johnson K. Applied Predictive Modeling. Springer, 2013. Section 11.2, the
        no-information rate.

    Example:
        >>> majority_accuracy(np.array([1.0, 0, 0, 0]), np.zeros(4))
        0.75
    """
    share = prevalence(targets, decisions, weights)
    return max(share, 1 - share)


def right(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases are of the commoner class."""
    return np.asarray(targets == float(2 * targets.sum() > len(targets)))


def combine(share: Vector) -> Vector:
    """Compute it of many prevalences."""
    return np.maximum(share, 1 - share)


METRIC = Metric(
    name="majority_accuracy",
    compute=majority_accuracy,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=None,
    reads="decisions",
    interval="wilson",
    limits=(0.5, 1.0),
    base=base,
    right=right,
    many=many_of_sums(count_classes, lambda sums: combine(divide(sums[:, 0], sums[:, 1]))),
)

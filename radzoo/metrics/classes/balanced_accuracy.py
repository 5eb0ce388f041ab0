"""Metric: the mean over classes of the fraction that is found."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.classes.counting import (
    ClassCounts,
    count_classes,
    defined,
    many_of_class_counts,
)
from radzoo.metrics.confusion import divide


def balanced_accuracy(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The mean over the classes that occur of the fraction of their cases that is found.

    Every class counts alike, however rare; calling all cases one class gives 1 / n_classes.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case, or none of a class left that occurs.

    References:
        Mosley L. A balanced approach to the multi-class imbalance problem. Iowa State
        University, 2013. Section 3.4, class balance accuracy and its relatives.

    Example:
        >>> balanced_accuracy(np.array([0.0, 0, 0, 1]), np.array([0.0, 0, 0, 0]))
        0.5
    """
    counts = count_classes(targets, decisions, weights)
    return defined(combine(counts), "a case of every class")


def combine(counts: ClassCounts) -> Vector:
    """Return the mean recall of the classes that occur."""
    recall = divide(counts.found[:, counts.occurs], counts.true[:, counts.occurs])
    return np.asarray(recall.mean(axis=1))


METRIC = Metric(
    name="balanced_accuracy",
    compute=balanced_accuracy,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    many=many_of_class_counts(combine),
)

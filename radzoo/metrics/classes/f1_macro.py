"""Metric: the mean over classes of F1."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.classes.counting import (
    ClassCounts,
    count_classes,
    defined,
    many_of_class_counts,
)
from radzoo.metrics.confusion import divide


def f1_macro(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The mean of the F1 of each class that occurs or is called.

    The harmonic mean of recall and precision is taken within a class, the plain mean between
    classes: not the F1 of mean recall and mean precision. A class that is called but does not
    occur has F1 0.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case, or none of a class left.

    References:
        Opitz J, Burst S. Macro F1 and macro F1. arXiv:1911.03347, 2019. Equation 1,
        averaged F1.

    Example:
        >>> round(f1_macro(np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 1, 1])), 4)
        0.7333
    """
    counts = count_classes(targets, decisions, weights)
    return defined(combine(counts), "a case of every class")


def combine(counts: ClassCounts) -> Vector:
    """Return the mean F1."""
    return np.asarray(divide(2 * counts.found, counts.true + counts.called).mean(axis=1))


METRIC = Metric(
    name="f1_macro",
    compute=f1_macro,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    many=many_of_class_counts(combine),
)

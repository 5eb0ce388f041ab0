"""Metric: the correlation of calls and truth."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.classes.counting import (
    ClassCounts,
    count_classes,
    defined,
    many_of_class_counts,
)
from radzoo.metrics.confusion import divide


def mcc(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Matthews' correlation coefficient for several classes (Gorodkin's R_K).

    It is 1 only if every case is called its class, and 0 for calls that know nothing. Its lowest
    value depends on the classes and lies above -1 if there are more than two.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if all cases are of one class, or called one class.

    References:
        Gorodkin J. Comparing two K-category assignments by a K-category correlation
        coefficient. Computational Biology and Chemistry 2004;28:367-374. Equation 8.

    Example:
        >>> mcc(np.array([0.0, 1, 2, 2]), np.array([0.0, 1, 2, 2]))
        1.0
    """
    counts = count_classes(targets, decisions, weights)
    return defined(combine(counts), "cases of two classes, and calls of two")


def combine(counts: ClassCounts) -> Vector:
    """Return the correlation, NaN where either does not vary."""
    total, right = counts.total, counts.found.sum(axis=1)
    shared = right * total - (counts.true * counts.called).sum(axis=1)
    spread = [total**2 - (one**2).sum(axis=1) for one in (counts.true, counts.called)]
    return divide(shared, np.sqrt(spread[0] * spread[1]))


METRIC = Metric(
    name="mcc",
    compute=mcc,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    limits=(-1.0, 1.0),
    many=many_of_class_counts(combine),
)

"""Metric: the share of the cases that is diseased."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.confusion import divide, fraction
from radzoo.metrics.moments import many_of_sums


def prevalence(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Share of the cases that is diseased: what average precision has to be read against.

    It says nothing of the scores; predictive values, accuracy and F1 hold where it is the same.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, not looked at.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Altman DG, Bland JM. Diagnostic tests 2: predictive values. BMJ 1994;309:102.

    Example:
        >>> prevalence(np.array([1.0, 0, 0, 0]), np.zeros(4))
        0.25
    """
    if weights is None:
        return fraction(float(targets.sum()), len(targets), of="a case")
    return fraction(float(targets @ weights), float(weights.sum()), of="a case")


def base(targets: Vector, scores: Vector) -> NDArray[np.bool_]:
    """Which cases it is a fraction of."""
    return np.ones(len(targets), dtype=np.bool_)


def right(targets: Vector, scores: Vector) -> NDArray[np.bool_]:
    """Which of them it counts."""
    return np.asarray(targets == 1)


def count_classes(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds to the diseased, and to all."""
    return np.stack([targets, np.ones_like(targets)], axis=1)


METRIC = Metric(
    name="prevalence",
    compute=prevalence,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=None,
    interval="wilson",
    base=base,
    right=right,
    many=many_of_sums(count_classes, lambda sums: divide(sums[:, 0], sums[:, 1])),
)

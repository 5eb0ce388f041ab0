"""Metric: the fraction of cases that is called their grade or one beside it."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.moments import many_of_sums


def within_one(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The fraction of cases that is called their grade or one beside it.

    With three grades calling every case the middle one gives 1: look at `kappa_linear` too.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Gaudette L, Japkowicz N. Evaluation methods for ordinal classification. Advances in
        Artificial Intelligence, LNCS 5549, 2009:207-210. Section 3, off by one.

    Example:
        >>> within_one(np.array([0.0, 1, 2, 3]), np.array([0.0, 2, 0, 3]))
        0.75
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    return float(np.average(right(targets, decisions), weights=weights))


def right(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases are at most one grade off."""
    return np.abs(targets - decisions) <= 1


def base(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases it is a fraction of."""
    return np.ones(len(targets), dtype=np.bool_)


METRIC = Metric(
    name="within_one",
    compute=within_one,
    tasks=frozenset({"ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="wilson",
    base=base,
    right=right,
    many=many_of_sums(
        lambda targets, called: np.stack([right(targets, called), np.ones_like(targets)], axis=1),
        lambda sums: sums[:, 0] / sums[:, 1],
    ),
)

"""Metric: the fraction of cases that are called their class."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.moments import many_of_sums


def accuracy(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The fraction of cases that are called their class.

    Read it beside the share of the commonest class: calling every case that is as accurate.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Sokolova M, Lapalme G. A systematic analysis of performance measures for
        classification tasks. Information Processing and Management 2009;45:427-437. Table 3.

    Example:
        >>> accuracy(np.array([0.0, 1, 2, 2]), np.array([0.0, 1, 2, 1]))
        0.75
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    return float(np.average(targets == decisions, weights=weights))


def base(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases it is a fraction of."""
    return np.ones(len(targets), dtype=np.bool_)


METRIC = Metric(
    name="accuracy",
    compute=accuracy,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="wilson",
    base=base,
    many=many_of_sums(
        lambda targets, called: np.stack([targets == called, np.ones_like(targets)], axis=1),
        lambda sums: sums[:, 0] / sums[:, 1],
    ),
)

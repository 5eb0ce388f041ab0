"""Metric: how many grades the calls are off, on average."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.moments import many_of_sums


def mae(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Mean absolute difference of called and true grade, in grades.

    The grades are taken as equally far apart.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number of grades, 0 or more.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Gaudette L, Japkowicz N. Evaluation methods for ordinal classification. Advances in
        Artificial Intelligence, LNCS 5549, 2009:207-210. Section 3.

    Example:
        >>> mae(np.array([0.0, 1, 2, 3]), np.array([0.0, 2, 0, 3]))
        0.75
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    return float(np.average(np.abs(targets - decisions), weights=weights))


METRIC = Metric(
    name="mae",
    compute=mae,
    tasks=frozenset({"ordinal"}),
    higher_is_better=False,
    reads="decisions",
    interval="bca",
    limits=(0.0, np.inf),
    many=many_of_sums(
        lambda targets, called: np.stack([np.abs(targets - called), np.ones_like(targets)], axis=1),
        lambda sums: sums[:, 0] / sums[:, 1],
    ),
)

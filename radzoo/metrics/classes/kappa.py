"""Metric: agreement of calls and truth beyond chance."""

import numpy as np

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.chance import compare_with_chance, many_against_chance


def differ(difference: Matrix) -> Matrix:
    """Count every difference alike."""
    return np.asarray((difference != 0).astype(np.float64))


def kappa(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Cohen's kappa: 1 - disagreement / disagreement of the same calls, shuffled.

    0 is what chance gives with these shares of classes. All disagreements count alike.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if all cases are of one class and called that class, or there is none.

    References:
        Cohen J. A coefficient of agreement for nominal scales. Educational and Psychological
        Measurement 1960;20:37-46. Equation 1.

    Example:
        >>> kappa(np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 1, 1]))
        0.5
    """
    return compare_with_chance(targets, decisions, weights, differ)


METRIC = Metric(
    name="kappa",
    compute=kappa,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    limits=(-1.0, 1.0),
    many=many_against_chance(differ),
)

"""Metric: agreement beyond chance, errors by the square of the grades they miss."""

import numpy as np

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.chance import compare_with_chance, many_against_chance


def squares(difference: Matrix) -> Matrix:
    """Count the square of the grades between."""
    return np.asarray(difference**2)


def kappa_quadratic(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Cohen's kappa with quadratic weights: an error counts by the square of the grades it is off.

    The grades are taken as equally far apart. It behaves like a correlation and rises with the
    number of grades, so compare it only on one scale.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if all cases are of one class and called that class, or there is none.

    References:
        Cohen J. Weighted kappa. Psychological Bulletin 1968;70:213-220. Equation 7, with the
        weights of Fleiss JL, Cohen J. Educational and Psychological Measurement
        1973;33:613-619.

    Example:
        >>> kappa_quadratic(np.array([0.0, 1, 2, 2]), np.array([0.0, 1, 2, 1]))
        0.8
    """
    return compare_with_chance(targets, decisions, weights, squares)


METRIC = Metric(
    name="kappa_quadratic",
    compute=kappa_quadratic,
    tasks=frozenset({"ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    limits=(-1.0, 1.0),
    many=many_against_chance(squares),
)

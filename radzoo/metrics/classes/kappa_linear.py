"""Metric: agreement beyond chance, errors by how many grades they miss."""

import numpy as np

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.chance import compare_with_chance, many_against_chance


def grades(difference: Matrix) -> Matrix:
    """Count the grades between."""
    return np.asarray(np.abs(difference))


def kappa_linear(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Cohen's kappa with linear weights: an error counts by the number of grades it is off.

    The grades stand in the order of the classes and are taken as equally far apart.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if all cases are of one class and called that class, or there is none.

    References:
        Cicchetti DV, Allison T. A new procedure for assessing reliability of scoring EEG sleep
        recordings. American Journal of EEG Technology 1971;11:101-110.

    Example:
        >>> kappa_linear(np.array([0.0, 1, 2, 2]), np.array([0.0, 1, 2, 1]))
        0.7142857142857143
    """
    return compare_with_chance(targets, decisions, weights, grades)


METRIC = Metric(
    name="kappa_linear",
    compute=kappa_linear,
    tasks=frozenset({"ordinal"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    limits=(-1.0, 1.0),
    many=many_against_chance(grades),
)

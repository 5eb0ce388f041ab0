"""Metric: how much better than the prevalence the probabilities are."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.brier import brier
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums


def scaled_brier(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """1 - Brier score / Brier score of the prevalence; 1 is perfect, 0 useless, below harmful.

    Also called index of prediction accuracy. The prevalence is that of these cases.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number up to 1; negative if the prevalence alone would do better.

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Kattan MW, Gerds TA. The index of prediction accuracy. Diagnostic and Prognostic
        Research 2018;2:7. Section "Methods".

    Example:
        >>> scaled_brier(np.array([0.0, 0, 1, 1]), np.array([0.0, 0.5, 0.5, 1.0]))
        0.5
    """
    prevalence = float(np.average(targets, weights=weights)) if targets.size else 0.0
    if prevalence in (0.0, 1.0):
        raise UndefinedMetricError("needs both diseased and healthy cases")
    return 1.0 - brier(targets, scores, weights) / (prevalence * (1.0 - prevalence))


def sum_errors(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds to the cases, the diseased and the squared errors."""
    return np.stack([np.ones_like(targets), targets, (scores - targets) ** 2], axis=1)


def combine(sums: Matrix) -> Vector:
    """Return the scaled Brier score of such sums."""
    n_cases, diseased, errors = sums.T
    return 1.0 - divide(errors * n_cases, diseased * (n_cases - diseased))


METRIC = Metric(
    name="scaled_brier",
    compute=scaled_brier,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="probabilities",
    interval="bca",
    limits=(-np.inf, 1.0),
    many=many_of_sums(sum_errors, combine),
)

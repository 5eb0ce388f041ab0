"""Metric: the mean surprise at the truth."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums

# A probability of 0 for what then happens would make the mean infinite.
CLOSEST_TO_CERTAIN = 1e-12


def log_loss(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Mean of -log(probability given to the truth), in nats; 0 is perfect.

    Probabilities are held 1e-12 away from 0 and 1, so one certain error costs at most 27.6.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number of at least 0.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Good IJ. Rational decisions. Journal of the Royal Statistical Society B
        1952;14:107-114. Section 8.

    Example:
        >>> round(log_loss(np.array([0.0, 1]), np.array([0.5, 0.5])), 4)
        0.6931
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    return float(np.average(surprises(targets, scores), weights=weights))


def surprises(targets: Vector, scores: Vector) -> Vector:
    """Return the loss of each case."""
    held = np.clip(scores, CLOSEST_TO_CERTAIN, 1.0 - CLOSEST_TO_CERTAIN)
    return np.asarray(-np.where(targets == 1, np.log(held), np.log1p(-held)))


def sum_surprises(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds to the number of cases and to the sum of losses."""
    return np.stack([np.ones_like(targets), surprises(targets, scores)], axis=1)


METRIC = Metric(
    name="log_loss",
    compute=log_loss,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=False,
    reads="probabilities",
    interval="bca",
    limits=(0.0, np.inf),
    many=many_of_sums(sum_surprises, lambda sums: divide(sums[:, 1], sums[:, 0])),
)

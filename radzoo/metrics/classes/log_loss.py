"""Metric: the surprise at the true class."""

import numpy as np

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.probabilities import require_probabilities
from radzoo.metrics.moments import many_of_sums

CLOSEST = 1e-12


def log_loss(targets: Vector, scores: Matrix, weights: Vector | None = None) -> float:
    """Mean negative logarithm of the probability of the true class, in nats; 0 is perfect.

    Probabilities are held 1e-12 from 0, so one certain error costs 27.6, not infinity.

    Args:
        targets: `(n_cases,)`, class numbers.
        scores: `(n_cases, n_classes)`, probabilities of the classes.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number of nats, 0 or more.

    Raises:
        UndefinedMetricError: if there is no case, or scores are no probabilities.

    References:
        Good IJ. Rational decisions. Journal of the Royal Statistical Society B
        1952;14:107-114. Section 8.

    Example:
        >>> round(log_loss(np.array([0.0, 1]), np.array([[1.0, 0, 0], [0.5, 0.5, 0]])), 4)
        0.3466
    """
    require_probabilities(scores)
    return float(np.average(lose(targets, scores), weights=weights))


def lose(targets: Vector, scores: Matrix) -> Vector:
    """Return the surprise at each case."""
    of_truth = scores[np.arange(len(targets)), targets.astype(np.intp)]
    return np.asarray(-np.log(np.clip(of_truth, CLOSEST, 1.0)))


METRIC = Metric(
    name="log_loss",
    compute=log_loss,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=False,
    reads="classes",
    interval="bca",
    limits=(0.0, np.inf),
    many=many_of_sums(
        lambda targets, scores: np.stack([lose(targets, scores), np.ones_like(targets)], axis=1),
        lambda sums: sums[:, 0] / sums[:, 1],
    ),
)

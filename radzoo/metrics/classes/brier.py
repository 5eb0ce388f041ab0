"""Metric: the squared error of the probabilities, summed over classes."""

import numpy as np

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.probabilities import require_probabilities
from radzoo.metrics.moments import many_of_sums


def brier(targets: Vector, scores: Matrix, weights: Vector | None = None) -> float:
    """Squared difference of probability and truth, summed over the classes, mean over cases.

    0 is perfect and 2 the worst. With two classes it is twice the `brier` of one label.

    Args:
        targets: `(n_cases,)`, class numbers.
        scores: `(n_cases, n_classes)`, probabilities of the classes.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [0, 2].

    Raises:
        UndefinedMetricError: if there is no case, or scores are no probabilities.

    References:
        Brier GW. Verification of forecasts expressed in terms of probability. Monthly
        Weather Review 1950;78:1-3. Equation 2.

    Example:
        >>> brier(np.array([0.0, 1]), np.array([[1.0, 0, 0], [0.5, 0.5, 0]]))
        0.25
    """
    require_probabilities(scores)
    return float(np.average(lose(targets, scores), weights=weights))


def lose(targets: Vector, scores: Matrix) -> Vector:
    """Return the squared error of each case."""
    truth = targets[:, None] == np.arange(scores.shape[1])
    return np.asarray(((scores - truth) ** 2).sum(axis=1))


METRIC = Metric(
    name="brier",
    compute=brier,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=False,
    reads="classes",
    interval="bca",
    limits=(0.0, 2.0),
    many=many_of_sums(
        lambda targets, scores: np.stack([lose(targets, scores), np.ones_like(targets)], axis=1),
        lambda sums: sums[:, 0] / sums[:, 1],
    ),
)

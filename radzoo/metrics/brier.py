"""Metric: the mean squared error of the probabilities."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums


def brier(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Mean squared difference between probability and truth; 0 is perfect.

    A constant 0.5 gives 0.25, the prevalence itself gives prevalence * (1 - prevalence),
    so values of sets with different prevalence do not compare: see `scaled_brier`.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Brier GW. Verification of forecasts expressed in terms of probability. Monthly
        Weather Review 1950;78:1-3. Equation 2, halved for two classes.

    Example:
        >>> brier(np.array([0.0, 1, 1]), np.array([0.5, 0.5, 1.0])) == 0.5 / 3
        True
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    return float(np.average((scores - targets) ** 2, weights=weights))


def sum_errors(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds to the number of cases and to the sum of squared errors."""
    return np.stack([np.ones_like(targets), (scores - targets) ** 2], axis=1)


METRIC = Metric(
    name="brier",
    compute=brier,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=False,
    reads="probabilities",
    interval="bca",
    many=many_of_sums(sum_errors, lambda sums: divide(sums[:, 1], sums[:, 0])),
)

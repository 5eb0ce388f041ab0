"""Metric: a test of whether the Brier score is what the probabilities themselves promise."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums


def spiegelhalter_z(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Spiegelhalter's z: standard normal if the probabilities are true; beyond 1.96 doubtful.

    Positive: the Brier score is worse than the probabilities promise, which are too extreme.
    It grows with the number of cases, so it is no measure of how wrong they are.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any real number.

    Raises:
        UndefinedMetricError: if there is no case, or every score is 0, 0.5 or 1: the Brier
            score then cannot vary.

    References:
        Spiegelhalter DJ. Probabilistic prediction in patient management and clinical
        trials. Statistics in Medicine 1986;5:421-433. Section 4.

    Example:
        >>> targets = np.array([0.0, 0, 1, 1])
        >>> round(spiegelhalter_z(targets, np.array([0.2, 0.4, 0.6, 0.8])), 4)
        -1.0911
    """
    counted = np.ones_like(targets) if weights is None else weights
    above, variance = counted @ sum_terms(targets, scores)
    if not variance > 0:
        raise UndefinedMetricError("needs a score other than 0, 0.5 and 1")
    return float(above / np.sqrt(variance))


def sum_terms(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds to the excess of the Brier score, and to its variance."""
    slant = 1 - 2 * scores
    return np.stack([(targets - scores) * slant, slant**2 * scores * (1 - scores)], axis=1)


METRIC = Metric(
    name="spiegelhalter_z",
    compute=spiegelhalter_z,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=None,
    reads="probabilities",
    interval="bca",
    limits=(-np.inf, np.inf),
    many=many_of_sums(sum_terms, lambda sums: divide(sums[:, 0], np.sqrt(sums[:, 1]))),
)

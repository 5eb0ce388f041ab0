"""Metric: how many cases are diseased for each that was expected."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums
from radzoo.metrics.patient_sums import sum_by_patient


def oe_ratio(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Observed over expected: the diseased per sum of the probabilities; 1 is right.

    Above 1 there is more disease than the probabilities say.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number of at least 0.

    Raises:
        UndefinedMetricError: if no disease is expected: every score is 0, or there is no case.

    References:
        Debray TPA, Damen JAAG, Snell KIE, et al. A guide to systematic review and
        meta-analysis of prediction model performance. BMJ 2017;356:i6460. Box 3.

    Example:
        >>> oe_ratio(np.array([0.0, 0, 1, 1]), np.array([0.125, 0.125, 0.25, 0.5]))
        2.0
    """
    counted = np.ones_like(targets) if weights is None else weights
    expected = float(counted @ scores)
    if not expected > 0:
        raise UndefinedMetricError("needs a score above 0")
    return float(counted @ targets) / expected


def standard_error(
    targets: Vector, scores: Vector, patients: NDArray[np.intp] | None = None
) -> float:
    """Standard error of the logarithm; what is expected is taken as fixed.

    Where patients repeat it is the spread of the diseased between patients.

    Raises:
        UndefinedMetricError: if no case is diseased: the logarithm is infinite.
    """
    observed = float(targets.sum())
    if not observed:
        raise UndefinedMetricError("needs a diseased case")
    if patients is None:
        return float(np.sqrt((1 - observed / len(targets)) / observed))
    influence = (targets - observed / len(targets)) / observed
    return float(np.sqrt((sum_by_patient(influence, patients) ** 2).sum()))


def sum_both(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds to the observed and to the expected."""
    return np.stack([targets, scores], axis=1)


METRIC = Metric(
    name="oe_ratio",
    compute=oe_ratio,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=None,
    reads="probabilities",
    interval="log-wald",
    limits=(0.0, np.inf),
    standard_error=standard_error,
    many=many_of_sums(sum_both, lambda sums: divide(sums[:, 0], sums[:, 1])),
)

"""Metric: how far the probabilities lie from the observed fractions."""

from collections.abc import Callable

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.bins import N_BINS, bin_by_count, number_by_count
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import sum_features


def ece(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Expected calibration error: mean distance of probability and fraction, in 15 equal bins.

    The bins hold equal numbers of cases; cases with equal scores stay together. Even a
    perfectly calibrated model does not get 0: about 0.11 with 100 cases, 0.05 with 500,
    0.03 with 2,000. The report says beside it what chance gives for these scores, and the
    value without its bias; compare it only between sets of one size.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Roelofs R, Cain N, Shlens J, Mozer MC. Mitigating bias in calibration error
        estimation. AISTATS 2022. Section 3, equal-mass bins.

    Example:
        >>> targets = np.array([0.0, 1, 0, 1])
        >>> round(ece(targets, np.array([0.1, 0.1, 0.9, 0.9])), 4)
        0.4
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    bins = bin_by_count(targets, scores, weights)
    return float(np.average(np.abs(bins.mean_scores - bins.observed), weights=bins.counts))


def many(targets: Vector, scores: Matrix) -> Many:
    """Prepare it for many weights; the bins stay those of the first weights."""
    excess = scores - targets
    prepared: list[Callable[[Matrix], Matrix]] = []

    def values(weights: Matrix) -> Vector:
        if not prepared:
            numbers = number_by_count(scores, weights[0])
            own_bin = np.equal.outer(numbers, np.arange(N_BINS))
            prepared.append(sum_features(own_bin * excess[:, None]))
        return divide(np.abs(prepared[0](weights)).sum(axis=1), weights.sum(axis=1))

    return values


METRIC = Metric(
    name="ece",
    compute=ece,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=False,
    reads="probabilities",
    interval="inverted-test",
    many=many,
)

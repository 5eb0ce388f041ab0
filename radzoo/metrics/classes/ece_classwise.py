"""Metric: how far the probabilities of every class lie from how often it is there."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.classes.bins import spread_over_bins
from radzoo.metrics.classes.probabilities import require_probabilities
from radzoo.metrics.moments import many_of_sums, sum_features


def ece_classwise(targets: Vector, scores: Matrix, weights: Vector | None = None) -> float:
    """Calibration error of each class against the rest, 15 bins of equal width, mean over classes.

    All classes of the file count, those without a case too: what is said of them is wrong as well.

    Args:
        targets: `(n_cases,)`, class numbers.
        scores: `(n_cases, n_classes)`, probabilities of the classes.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case, or scores are no probabilities.

    References:
        Kull M, Perello-Nieto M, Kangsepp M, et al. Beyond temperature scaling: obtaining
        well-calibrated multi-class probabilities with Dirichlet calibration. NeurIPS 2019.
        Equation 2.

    Example:
        >>> scores = np.array([[0.75, 0.25], [0.75, 0.25]])
        >>> ece_classwise(np.array([0.0, 1]), scores)
        0.25
    """
    require_probabilities(scores)
    counted = np.ones(len(targets)) if weights is None else weights
    sums = sum_features(features(targets, scores))(counted[None])
    return float(combine(sums, scores.shape[1])[0])


def features(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds: 1, and of each class its error in its bin."""
    spread = [
        spread_over_bins(column, (targets == at).astype(np.float64))
        for at, column in enumerate(scores.T)
    ]
    return np.column_stack([np.ones_like(targets), *spread])


def combine(sums: Matrix, n_classes: int) -> Vector:
    """Return the mean distance over bins and classes."""
    return np.asarray(np.abs(sums[:, 1:]).sum(axis=1) / sums[:, 0] / n_classes)


def many(targets: Vector, scores: Matrix) -> Many:
    """Return the metric as a function of weights `(n_draws, n_cases)`."""
    return many_of_sums(features, lambda sums: combine(sums, scores.shape[1]))(targets, scores)


METRIC = Metric(
    name="ece_classwise",
    compute=ece_classwise,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=False,
    reads="classes",
    interval="basic",
    many=many,
)

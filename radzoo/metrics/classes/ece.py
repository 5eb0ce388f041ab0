"""Metric: how far the probability of the called class lies from how often it is right."""

import numpy as np

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.classes.bins import spread_over_bins
from radzoo.metrics.classes.counting import call_classes
from radzoo.metrics.classes.probabilities import require_probabilities
from radzoo.metrics.moments import many_of_sums, sum_features


def ece(targets: Vector, scores: Matrix, weights: Vector | None = None) -> float:
    """Calibration error of the called class: 15 bins of equal width over its probability.

    Only the highest probability of a case is judged; `ece_classwise` judges all. Even a perfectly
    calibrated model does not get 0, so compare it only between sets of one size.

    Args:
        targets: `(n_cases,)`, class numbers.
        scores: `(n_cases, n_classes)`, probabilities of the classes.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case, or scores are no probabilities.

    References:
        Guo C, Pleiss G, Sun Y, Weinberger KQ. On calibration of modern neural networks.
        ICML 2017. Equation 3.

    Example:
        >>> scores = np.array([[0.75, 0.25, 0], [0.75, 0, 0.25]])
        >>> ece(np.array([0.0, 1]), scores)
        0.25
    """
    require_probabilities(scores)
    counted = np.ones(len(targets)) if weights is None else weights
    return float(combine(sum_features(features(targets, scores))(counted[None]))[0])


def features(targets: Vector, scores: Matrix) -> Matrix:
    """Return what each case adds: 1, and its error in its bin."""
    right = (call_classes(scores) == targets).astype(np.float64)
    return np.column_stack([np.ones_like(targets), spread_over_bins(scores.max(axis=1), right)])


def combine(sums: Matrix) -> Vector:
    """Return the mean distance over bins."""
    return np.asarray(np.abs(sums[:, 1:]).sum(axis=1) / sums[:, 0])


METRIC = Metric(
    name="ece",
    compute=ece,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=False,
    reads="classes",
    interval="basic",
    many=many_of_sums(features, combine),
)

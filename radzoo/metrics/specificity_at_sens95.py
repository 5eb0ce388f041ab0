"""Metric: how many of the healthy are left alone with a sensitivity of at least 0.95."""

from functools import partial

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.attainable import many_specificities, specificity_at_sensitivity


def specificity_at_sens95(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Highest specificity of any observed cut whose sensitivity is at least 0.95.

    Nothing is interpolated: it is a point that these cases reach. Since the cut is the best
    of them, it flatters a little; a threshold frozen on validation does not.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Pepe MS. The Statistical Evaluation of Medical Tests for Classification and
        Prediction. Oxford University Press, 2003. Section 4.3.2, the inverse of ROC(t0).

    Example:
        >>> targets = np.array([0.0] * 20 + [1] * 2)
        >>> scores = np.array([0.1] * 18 + [0.5, 0.7, 0.4, 0.6])
        >>> specificity_at_sens95(targets, scores)
        0.9
    """
    return specificity_at_sensitivity(targets, scores, weights, sensitivity=0.95)


METRIC = Metric(
    name="specificity_at_sens95",
    compute=specificity_at_sens95,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    many=partial(many_specificities, sensitivity=0.95),
)

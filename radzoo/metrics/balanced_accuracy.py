"""Metric: the mean of sensitivity and specificity."""

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide, many_of_counts
from radzoo.metrics.sensitivity import sensitivity
from radzoo.metrics.specificity import specificity


def balanced_accuracy(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Mean of sensitivity and specificity; 0.5 is what chance gives.

    It does not depend on the prevalence, and weighs a missed finding as heavily as a false
    alarm only if both classes are equally common.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Brodersen KH, Ong CS, Stephan KE, Buhmann JM. The balanced accuracy and its
        posterior distribution. ICPR 2010:3121-3124. Section 2.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0])
        >>> balanced_accuracy(targets, np.array([1.0, 0, 0, 0]))
        0.75
    """
    both = sensitivity(targets, decisions, weights) + specificity(targets, decisions, weights)
    return both / 2


METRIC = Metric(
    name="balanced_accuracy",
    compute=balanced_accuracy,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    many=many_of_counts(lambda tp, fp, tn, fn: (divide(tp, tp + fn) + divide(tn, tn + fp)) / 2),
)

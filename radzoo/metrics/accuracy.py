"""Metric: the fraction of calls that is right."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def accuracy(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The fraction of calls that is right.

    With few diseased cases, calling everybody healthy is accurate: read it beside the
    prevalence, never alone.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Metz CE. Basic principles of ROC analysis. Seminars in Nuclear Medicine
        1978;8:283-298. Section "Accuracy and its limitations".

    Example:
        >>> targets = np.array([1.0, 1, 0, 0, 0])
        >>> decisions = np.array([1.0, 0, 0, 0, 1])
        >>> accuracy(targets, decisions)
        0.6
    """
    confusion = count_decisions(targets, decisions, weights)
    return fraction(
        confusion.true_positive + confusion.true_negative,
        len(targets) if weights is None else float(weights.sum()),
        of="a case",
    )


def base(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases it is a fraction of."""
    return np.ones(len(targets), dtype=np.bool_)


METRIC = Metric(
    name="accuracy",
    compute=accuracy,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    interval="wilson",
    base=base,
    many=many_of_counts(lambda tp, fp, tn, fn: divide(tp + tn, tp + fp + tn + fn)),
)

"""Metric: the fraction of the diseased that is called positive."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def sensitivity(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The fraction of the diseased that is called positive.

    Also called recall or true-positive rate. It does not depend on the prevalence, but on
    the threshold, which must come from other cases than these.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if there is no diseased case.

    References:
        Altman DG, Bland JM. Diagnostic tests 1: sensitivity and specificity. BMJ
        1994;308:1552.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0, 0])
        >>> decisions = np.array([1.0, 0, 0, 0, 1])
        >>> sensitivity(targets, decisions)
        0.5
    """
    confusion = count_decisions(targets, decisions, weights)
    return fraction(
        confusion.true_positive,
        confusion.true_positive + confusion.false_negative,
        of="a diseased case",
    )


def base(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases it is a fraction of."""
    return np.asarray(targets == 1)


METRIC = Metric(
    name="sensitivity",
    compute=sensitivity,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    interval="wilson",
    base=base,
    many=many_of_counts(lambda tp, fp, tn, fn: divide(tp, tp + fn)),
)

"""Metric: the fraction of positive calls that is right."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def ppv(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """The fraction of positive calls that is right.

    Positive predictive value, also called precision. It holds at the prevalence of these
    cases: in a population with less disease it is lower.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if no case is called positive.

    References:
        Altman DG, Bland JM. Diagnostic tests 2: predictive values. BMJ 1994;309:102.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0, 0])
        >>> decisions = np.array([1.0, 0, 0, 0, 1])
        >>> ppv(targets, decisions)
        0.5
    """
    confusion = count_decisions(targets, decisions, weights)
    return fraction(
        confusion.true_positive,
        confusion.true_positive + confusion.false_positive,
        of="a case called positive",
    )


def base(targets: Vector, decisions: Vector) -> NDArray[np.bool_]:
    """Which cases it is a fraction of."""
    return np.asarray(decisions == 1)


METRIC = Metric(
    name="ppv",
    compute=ppv,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    interval="wilson",
    base=base,
    many=many_of_counts(lambda tp, fp, tn, fn: divide(tp, tp + fp)),
)

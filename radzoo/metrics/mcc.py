"""Metric: the correlation of calls with the truth."""

import math

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def mcc(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Matthews' correlation coefficient: 1 = all right, 0 = chance, -1 = all wrong.

    It depends on the prevalence: compare it only between sets of equal prevalence.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if either class is missing, or all calls are the same.

    References:
        Matthews BW. Comparison of the predicted and observed secondary structure of T4
        phage lysozyme. Biochimica et Biophysica Acta 1975;405:442-451. The coefficient C.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0])
        >>> round(mcc(targets, np.array([1.0, 0, 0, 0])), 4)
        0.5774
    """
    counts = count_decisions(targets, decisions, weights)
    tp, fp = counts.true_positive, counts.false_positive
    tn, fn = counts.true_negative, counts.false_negative
    spread = math.sqrt((tp + fn) * (tn + fp)) * math.sqrt((tp + fp) * (tn + fn))
    return fraction(tp * tn - fp * fn, spread, of="cases of both classes, and calls of both kinds")


def combine(tp: Vector, fp: Vector, tn: Vector, fn: Vector) -> Vector:
    """Compute it of many counts."""
    spread = np.sqrt((tp + fn) * (tn + fp)) * np.sqrt((tp + fp) * (tn + fn))
    return divide(tp * tn - fp * fn, spread)


METRIC = Metric(
    name="mcc",
    compute=mcc,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    limits=(-1.0, 1.0),
    many=many_of_counts(combine),
)

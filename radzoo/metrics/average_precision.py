"""Metric: precision, averaged over the diseased cases in the order they are found."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.ranking import cumulate, rank_cases
from radzoo.metrics.roc import count_by_threshold


def average_precision(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Sum of precision times gain in sensitivity, from the strictest threshold down.

    Nothing is interpolated, so the value is one the data can reach; the area under a line
    drawn through the points is too high. Scores without information give the prevalence:
    read it beside that, and compare it only between sets of equal prevalence.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Davis J, Goadrich M. The relationship between precision-recall and ROC curves.
        ICML 2006:233-240. Section 4, why lines between points mislead.

    Example:
        >>> targets = np.array([0.0, 0, 1, 1])
        >>> scores = np.array([0.1, 0.4, 0.35, 0.8])
        >>> round(average_precision(targets, scores), 4)
        0.8333
    """
    counts = count_by_threshold(targets, scores, weights)
    called = counts.true_positives + counts.false_positives
    # Under resampling weights the strictest scores may belong to nobody.
    precision = counts.true_positives / np.maximum(called, np.finfo(float).tiny)
    found = np.diff(counts.true_positives, prepend=0.0)
    return float(precision @ found / counts.true_positives[-1])


def many(targets: Vector, scores: Matrix) -> Many:
    """Prepare average precision for many weights of the same cases: nothing is sorted again."""
    ranking = rank_cases(targets, scores)
    rows = ranking.rows_of(1.0)
    starts = ranking.starts[rows]
    below = np.searchsorted(rows, starts)  # diseased cases with a lower score

    def values(weights: Matrix) -> Vector:
        weights = ranking.sort(weights)
        sums, diseased = cumulate(weights), np.take(weights, rows, axis=1)
        found = cumulate(diseased)
        n_diseased, n_cases = found[:, -1], sums[:, -1]
        called = n_cases[:, None] - np.take(sums, starts, axis=1)
        hits = n_diseased[:, None] - np.take(found, below, axis=1)
        precision = hits / np.maximum(called, np.finfo(float).tiny)
        value = divide(np.einsum("ij,ij->i", diseased, precision), n_diseased)
        return np.where(n_diseased < n_cases, value, np.nan)

    return values


METRIC = Metric(
    name="average_precision",
    compute=average_precision,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    interval="bca",
    many=many,
)

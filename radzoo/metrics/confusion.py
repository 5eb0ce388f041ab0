"""The four counts of decisions against the truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.moments import many_of_sums

OfCounts = Callable[[Vector, Vector, Vector, Vector], Vector]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of cases; fractional only where the weights are."""

    true_positive: float
    false_positive: float
    true_negative: float
    false_negative: float


def count_decisions(targets: Vector, decisions: Vector, weights: Vector | None = None) -> Confusion:
    """Count decisions by the truth.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.
    """
    diseased = targets if weights is None else targets * weights
    called = float(decisions.sum() if weights is None else decisions @ weights)
    n_cases = float(len(targets) if weights is None else weights.sum())
    n_diseased = float(diseased.sum())
    hits = float(decisions @ diseased)
    return Confusion(hits, called - hits, n_cases - n_diseased - called + hits, n_diseased - hits)


def fraction(part: float, whole: float, *, of: str) -> float:
    """Return `part / whole`.

    Raises:
        UndefinedMetricError: if there is nothing to take a fraction of.
    """
    if not whole:
        raise UndefinedMetricError(f"needs {of}")
    return part / whole


def divide(part: Vector, whole: Vector) -> Vector:
    """Return `part / whole`, NaN where there is nothing to take a fraction of."""
    nothing = np.full(np.shape(whole), np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=whole != 0))


def many_of_counts(combine: OfCounts) -> Callable[[Vector, Matrix], Many]:
    """Return what `Metric.many` wants, for a metric of the four counts alone.

    Args:
        combine: true positives, false positives, true negatives and false negatives, each
            `(n_draws,)`, to values, NaN where undefined.
    """

    def split(targets: Vector, decisions: Matrix) -> Matrix:
        healthy, cleared = 1 - targets, 1 - decisions
        counted = (targets * decisions, healthy * decisions, healthy * cleared, targets * cleared)
        return np.stack(counted, axis=1)

    return many_of_sums(split, lambda sums: combine(sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3]))

"""Cases by distinct score: what smoothers and monotone fits need, and nothing more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector


@dataclass(frozen=True, slots=True)
class Levels:
    """The distinct scores, rising.

    Attributes:
        scores: `(n_levels,)`.
        counts: `(n_levels,)`, cases that have it, more than 0.
        observed: `(n_levels,)`, the fraction of them that is diseased.
    """

    scores: Vector
    counts: Vector
    observed: Vector

    @property
    def positions(self) -> NDArray[np.int64]:
        """`(n_levels,)`, how many cases score at most this."""
        return np.cumsum(np.rint(self.counts).astype(np.int64))


def collapse(targets: Vector, scores: Vector, weights: Vector | None = None) -> Levels:
    """Put cases with equal scores together.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Raises:
        UndefinedMetricError: if no case counts.
    """
    if weights is not None:
        counted = weights > 0
        targets, scores, weights = targets[counted], scores[counted], weights[counted]
    if not scores.size:
        raise UndefinedMetricError("needs a case")
    order = sort_by(scores)
    rising, truth = scores[order], targets[order]
    times = np.ones_like(rising) if weights is None else weights[order]
    starts = starts_of(rising)
    counts = np.add.reduceat(times, starts)
    return Levels(rising[starts], counts, np.add.reduceat(times * truth, starts) / counts)


def sort_by(scores: Vector) -> NDArray[np.intp]:
    """Return the order of rising scores; quick where they rise already."""
    if np.all(scores[1:] >= scores[:-1]):
        return np.arange(len(scores))
    return np.argsort(scores, kind="stable")


def starts_of(rising: Vector) -> NDArray[np.intp]:
    """Return where each distinct value begins."""
    return np.flatnonzero(np.append(True, rising[1:] != rising[:-1]))

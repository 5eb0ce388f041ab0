"""Where cases stand by their scores: fixed while the bootstrap changes how often each counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Cases by rising score; cases of equal score form one group.

    Attributes:
        order: the rows by rising score; None if they stand so already, a slice if the
            other way round.
        targets: `(n_cases,)`, in that order.
        starts: `(n_cases,)`, how many cases have a lower score.
        ends: `(n_cases,)`, how many have no higher score.
        tied: whether any two scores are equal.
    """

    order: Rows | slice | None
    targets: Vector
    starts: Rows
    ends: Rows
    tied: bool

    def sort(self, weights: Matrix) -> Matrix:
        """Return weights `(n_draws, n_cases)` by rising score."""
        return weights if self.order is None else weights[:, self.order]

    def rows_of(self, target: float) -> Rows:
        """Return the rows of a class."""
        return np.flatnonzero(self.targets == target)


def rank_cases(targets: Vector, scores: Vector) -> Ranking:
    """Find the order and the ties."""
    order = find_order(scores)
    if order is not None:
        targets, scores = targets[order], scores[order]
    first = np.flatnonzero(np.append(True, scores[1:] != scores[:-1]))[: len(scores)]
    sizes = np.diff(np.append(first, len(scores)))
    tied = len(first) < len(scores)
    return Ranking(order, targets, np.repeat(first, sizes), np.repeat(first + sizes, sizes), tied)


def find_order(scores: Vector) -> Rows | slice | None:
    """Return what puts scores in rising order; None if they are."""
    if np.all(scores[1:] >= scores[:-1]):
        return None
    if np.all(scores[1:] <= scores[:-1]):
        return slice(None, None, -1)
    return np.argsort(scores, kind="stable")


def cumulate(weights: Matrix) -> Matrix:
    """Return `(n_draws, n_cases + 1)`: what the first k cases of each draw weigh together."""
    sums = np.empty((weights.shape[0], weights.shape[1] + 1))
    sums[:, 0] = 0.0
    np.cumsum(weights, axis=1, out=sums[:, 1:])
    return sums


def find_in_rows(sums: Matrix, wanted: Vector) -> Rows:
    """Return, for each row of rising sums from 0, where it reaches what is wanted of it.

    The sums are changed: the rows are put end to end, so that one search serves all.
    """
    n_rows, width = sums.shape
    before = np.arange(n_rows) * (1.0 + float(sums[:, -1].max(initial=0.0)))
    sums += before[:, None]
    places = np.searchsorted(sums.ravel(), np.maximum(wanted, 0.0) + before)
    return np.asarray(places - np.arange(n_rows) * width)

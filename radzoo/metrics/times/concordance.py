"""Pairs of cases whose order is known, and whether the score has them in that order."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.times.pairs import Pairs

NO_PAIRS = "needs an event and a case that was followed for longer"


@dataclass(frozen=True, slots=True)
class Counts:
    """Weight of the pairs, `(...)` each; see R's `survival::concordance`.

    Attributes:
        concordant: the earlier event has the higher score.
        tied: both have the same score.
        comparable: all pairs whose order in time is known.
    """

    concordant: Vector
    tied: Vector
    comparable: Vector

    @property
    def index(self) -> Vector:
        """Share of concordant pairs, equal scores counting half; NaN without pairs."""
        good = self.concordant + self.tied / 2
        nothing = np.full_like(good, np.nan)
        return np.divide(good, self.comparable, out=nothing, where=self.comparable > 0)


def count_pairs(pairs: Pairs, weights: Vector, asked: Vector) -> Counts:
    """Count the pairs.

    Args:
        pairs: who can be compared with whom.
        weights: `(..., n_cases)`, how often each case counts.
        asked: `(..., n_cases)`, what a pair counts, by the case with the event in it.
    """
    mine = weights * asked
    below = sum((join.ask(weights) for join in pairs.lower), np.zeros_like(mine))
    sums = (below, pairs.equal.ask(weights), pairs.later.ask(weights))
    concordant, tied, comparable = (np.asarray((mine * one).sum(axis=-1)) for one in sums)
    return Counts(concordant, tied, comparable)


def find_index(pairs: Pairs, weights: Vector, asked: Vector) -> float:
    """Return the index of one set of weights.

    Raises:
        UndefinedMetricError: if no pair can be compared.
    """
    index = float(count_pairs(pairs, weights, asked).index)
    if np.isnan(index):
        raise UndefinedMetricError(NO_PAIRS)
    return index


def influence_of_pairs(pairs: Pairs, asked: Vector) -> Vector:
    """Return what each case adds to the error of the index: the infinitesimal jackknife.

    The derivative of the index by how often the case counts, as in R's
    `survival::concordance`: what a pair counts is taken as known.

    Raises:
        UndefinedMetricError: if no pair can be compared.
    """
    ones = np.ones_like(asked)
    counts = count_pairs(pairs, ones, asked)
    if not counts.comparable > 0:
        raise UndefinedMetricError(NO_PAIRS)
    index = float(counts.index)
    worth = [(join, 1.0) for join in pairs.lower] + [(pairs.equal, 0.5), (pairs.later, -index)]
    moved = np.zeros_like(asked)
    for join, value in worth:
        moved += value * (asked * join.ask(ones) + join.give(asked))
    return moved / float(counts.comparable)

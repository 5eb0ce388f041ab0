"""Metric: the correlation of the ranks of predicted and true numbers."""

from functools import cached_property

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.groups import FEWEST_FOR_RANKS, Groups, spread
from radzoo.metrics.moments import OfSums
from radzoo.metrics.ranking import cumulate, rank_cases


def spearman(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Spearman's correlation: Pearson's of the ranks; equal numbers share the mean of theirs.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if either does not vary, or there is no case.

    References:
        Spearman C. The proof and measurement of association between two things. American
        Journal of Psychology 1904;15:72-101.

    Example:
        >>> round(spearman(np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 9])), 4)
        0.8
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    counted = np.ones(len(targets)) if weights is None else weights
    value = float(many(targets, scores)(counted[None])[0])
    if np.isnan(value):
        raise UndefinedMetricError("needs numbers that vary")
    return value


class RankCorrelation:
    """Spearman's correlation as a function of weights `(n_draws, n_cases)`."""

    def __init__(self, targets: Vector, scores: Vector) -> None:
        """Keep the numbers."""
        self.numbers = targets, scores

    def __call__(self, weights: Matrix) -> Vector:
        """Return the correlation of each draw."""
        total = weights.sum(axis=1)
        ranks = [ranker(weights) - total[:, None] / 2 for ranker in self.rankers]
        shared, *own = (
            np.einsum("dn,dn,dn->d", weights, one, other)
            for one, other in (ranks, ranks[:1] * 2, ranks[1:] * 2)
        )
        return correlate(shared, *own)

    @cached_property
    def rankers(self) -> list[Many]:
        """Turn weights into ranks of targets, and of scores."""
        return [prepare_ranks(numbers) for numbers in self.numbers]

    def gather(self, groups: Groups) -> Many:
        """Return the correlation as a function of weights of groups.

        Of many groups it is a function of sums but for terms of the second order: a case
        adds what it is itself, and what it moves the ranks of all others by.
        """
        if groups.number < FEWEST_FOR_RANKS:
            return spread(self, groups)
        return OfSums(list_moves(*self.numbers), add_moves).gather(groups)


def many(targets: Vector, scores: Matrix) -> Many:
    """Return the metric as a function of weights `(n_draws, n_cases)`."""
    return RankCorrelation(targets, scores)


def correlate(shared: Vector, first: Vector, second: Vector) -> Vector:
    """Return the correlation from a covariance and two variances, NaN if one of these is 0."""
    return np.clip(divide(shared, np.sqrt(first) * np.sqrt(second)), -1.0, 1.0)


def list_moves(targets: Vector, scores: Vector) -> Matrix:
    """Return `(n_cases, 4)`: 1, and what has the covariance and variances of ranks as means.

    These are means over cases of the product of two ranks in [-1/2, 1/2], forms of the third
    degree in the weights: what the cases move is three times the value on average.
    """
    n = len(targets)
    ranks = [prepare_ranks(one)(np.ones((1, n)))[0] / n - 0.5 for one in (targets, scores)]
    moves = [
        one * other + push(numbers, other) + push(others, one)
        for numbers, one, others, other in (
            (targets, ranks[0], scores, ranks[1]),
            (targets, ranks[0], targets, ranks[0]),
            (scores, ranks[1], scores, ranks[1]),
        )
    ]
    return np.stack([np.ones(n), *(one - 2 / 3 * one.mean() for one in moves)], axis=1)


def push(numbers: Vector, others: Vector) -> Vector:
    """Return, for each case, how it moves the ranks of all, weighed by the others' ranks.

    It lifts the larger by half a case and lowers the smaller: the mean over cases of the others'
    ranks, centred, times 1/2, 0 or -1/2.
    """
    ranking = rank_cases(others, numbers)
    sums = np.append(0.0, np.cumsum(ranking.targets))
    above = sums[-1] - (sums[ranking.starts] + sums[ranking.ends])
    back = np.empty(len(numbers))
    back[slice(None) if ranking.order is None else ranking.order] = above
    return back / (2 * len(numbers))


def add_moves(sums: Matrix) -> Vector:
    """Return the correlation of each draw from the sums of `list_moves`."""
    means = sums[:, 1:] / sums[:, :1]
    return correlate(*means.T)


def prepare_ranks(numbers: Vector) -> Many:
    """Return a function of weights to ranks `(n_draws, n_cases)`, in the order of the rows."""
    ranking = rank_cases(numbers, numbers)
    place = np.empty(len(numbers), dtype=np.intp)
    place[np.arange(len(numbers)) if ranking.order is None else ranking.order] = np.arange(
        len(numbers)
    )

    def ranks(weights: Matrix) -> Matrix:
        sums = cumulate(ranking.sort(weights))
        return np.asarray((sums[:, ranking.starts] + sums[:, ranking.ends])[:, place] / 2)

    return ranks


METRIC = Metric(
    name="spearman",
    compute=spearman,
    tasks=frozenset({"regression"}),
    higher_is_better=True,
    reads="values",
    limits=(-1.0, 1.0),
    many=many,
)

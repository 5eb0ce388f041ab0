"""Metric: the correlation of the ranks of predicted and true numbers."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
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


def many(targets: Vector, scores: Matrix) -> Many:
    """Return the metric as a function of weights `(n_draws, n_cases)`."""
    rankers = [prepare_ranks(targets), prepare_ranks(scores)]

    def values(weights: Matrix) -> Vector:
        total = weights.sum(axis=1)
        ranks = [ranker(weights) - total[:, None] / 2 for ranker in rankers]
        shared, *own = (
            np.einsum("dn,dn,dn->d", weights, one, other)
            for one, other in (ranks, ranks[:1] * 2, ranks[1:] * 2)
        )
        return np.clip(divide(shared, np.sqrt(own[0]) * np.sqrt(own[1])), -1.0, 1.0)

    return values


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

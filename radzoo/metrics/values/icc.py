"""Metric: agreement of predicted and true numbers, as of two readers."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def icc(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Intraclass correlation ICC(2,1): two-way random, absolute agreement, of single numbers.

    The truth and the model count as two readers drawn from many. A shift lowers it.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number up to 1; below 0 if cases differ less than readers.

    Raises:
        UndefinedMetricError: with fewer than two cases, or numbers that do not vary.

    References:
        Shrout PE, Fleiss JL. Intraclass correlations: uses in assessing rater reliability.
        Psychological Bulletin 1979;86:420-428. Table 4. The interval is that of McGraw KO,
        Wong SP. Psychological Methods 1996;1:30-46. Table 7.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(icc(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.9072
    """
    return defined(
        combine(describe_pairs(targets, scores, weights)), "two cases and numbers that vary"
    )


def combine(pairs: Pairs) -> Vector:
    """Return the correlation from mean squares."""
    n, others = pairs.n, np.maximum(pairs.n - 1, 0)
    between = divide(
        n * (pairs.true_variance + pairs.score_variance + 2 * pairs.covariance) / 2, others
    )
    rest = divide(n * pairs.error_variance / 2, others)
    readers = n * pairs.bias**2 / 2
    return divide(between - rest, between + rest + 2 * (readers - rest) / n)


METRIC = Metric(
    name="icc",
    compute=icc,
    tasks=frozenset({"regression"}),
    higher_is_better=True,
    reads="values",
    interval="mcgraw-wong",
    limits=(-np.inf, 1.0),
    many=many_of_pairs(combine),
)

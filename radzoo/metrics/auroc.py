"""Metric: how often a diseased case scores higher than a healthy one."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.ranking import cumulate, rank_cases
from radzoo.metrics.roc import count_by_threshold


def auroc(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Area under the empirical ROC curve: P(diseased > healthy) + P(equal) / 2.

    Ties count half. A value below 0.5 means that the scores point the wrong way; it is
    reported as it is and never turned round.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Hanley JA, McNeil BJ. The meaning and use of the area under a receiver operating
        characteristic (ROC) curve. Radiology 1982;143:29-36. Section "The Wilcoxon
        statistic".

    Example:
        >>> targets = np.array([0.0, 0, 1, 1])
        >>> scores = np.array([0.1, 0.4, 0.4, 0.8])
        >>> auroc(targets, scores)
        0.875
    """
    counts = count_by_threshold(targets, scores, weights)
    found, alarms = counts.true_positives, counts.false_positives
    # The area under straight lines between the points gives ties their half.
    area = (alarms[1:] - alarms[:-1]) @ (found[1:] + found[:-1]) + alarms[0] * found[0]
    return float(area / 2 / (found[-1] * alarms[-1]))


def many(targets: Vector, scores: Matrix) -> Many:
    """Prepare AUROC for many weights of the same cases: nothing is sorted again."""
    ranking = rank_cases(targets, scores)
    # The rarer class is looked up among all cases; what it finds of itself is known.
    rarer = 1.0 if 2 * targets.sum() <= len(targets) else 0.0
    rows = ranking.rows_of(rarer)
    starts, ends = ranking.starts[rows], ranking.ends[rows]

    def values(weights: Matrix) -> Vector:
        weights = ranking.sort(weights)
        sums = cumulate(weights)
        own = np.take(weights, rows, axis=1)
        if ranking.tied:
            below = (np.take(sums, starts, axis=1) + np.take(sums, ends, axis=1)) / 2
        else:
            below = np.take(sums, ends, axis=1) - own / 2
        n_own = own.sum(axis=1)
        n_others = sums[:, -1] - n_own
        wins = np.einsum("ij,ij->i", own, below) - n_own**2 / 2
        value = divide(wins, n_own * n_others)
        return value if rarer else 1.0 - value

    return values


METRIC = Metric(
    name="auroc",
    compute=auroc,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    interval="delong",
    many=many,
)

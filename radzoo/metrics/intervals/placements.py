"""Placement values: where each case stands among the cases of the other class."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.roc import count_by_threshold


@dataclass(frozen=True, slots=True)
class Placements:
    """Placement of the cases at each distinct score, scores falling.

    Attributes:
        diseased: `(n_distinct,)`, number of diseased cases with that score.
        healthy: `(n_distinct,)`, number of healthy cases.
        above_healthy: fraction of healthy cases that lie below it, equal ones half.
        below_diseased: fraction of diseased cases that lie above it, equal ones half.
        auroc: the mean of either.
    """

    diseased: Vector
    healthy: Vector
    above_healthy: Vector
    below_diseased: Vector
    auroc: float


def place(targets: Vector, scores: Vector) -> Placements:
    """Compute placements; linear time if the scores are sorted.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    counts = count_by_threshold(targets, scores)
    diseased = np.diff(counts.true_positives, prepend=0.0)
    healthy = np.diff(counts.false_positives, prepend=0.0)
    n_diseased, n_healthy = counts.true_positives[-1], counts.false_positives[-1]
    above = (n_healthy - counts.false_positives + healthy / 2) / n_healthy
    below = (counts.true_positives - diseased / 2) / n_diseased
    return Placements(diseased, healthy, above, below, float(diseased @ above / n_diseased))


def delong_variance(placements: Placements) -> float:
    """Return DeLong's variance of the area under the ROC curve.

    Raises:
        UndefinedMetricError: if a class has fewer than two cases.

    References:
        DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more
        correlated receiver operating characteristic curves: a nonparametric approach.
        Biometrics 1988;44:837-845. Equations 4 to 6.
    """
    n_diseased, n_healthy = placements.diseased.sum(), placements.healthy.sum()
    if min(n_diseased, n_healthy) < 2:
        raise UndefinedMetricError("DeLong's variance needs two cases of each class")
    among_diseased = placements.diseased @ (placements.above_healthy - placements.auroc) ** 2
    among_healthy = placements.healthy @ (placements.below_diseased - placements.auroc) ** 2
    return float(
        among_diseased / (n_diseased - 1) / n_diseased + among_healthy / (n_healthy - 1) / n_healthy
    )

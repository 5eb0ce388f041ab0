"""Counts at every threshold: what ROC, precision-recall and threshold rules are made of."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector


@dataclass(frozen=True, slots=True)
class ThresholdCounts:
    """Cases called positive at each distinct score, from the strictest to the laxest.

    Attributes:
        thresholds: `(n_distinct,)`, falling; a case is positive if its score is >= it.
        true_positives: `(n_distinct,)`, diseased cases called positive; the last is all.
        false_positives: `(n_distinct,)`, healthy cases called positive.
    """

    thresholds: Vector
    true_positives: Vector
    false_positives: Vector

    @property
    def sensitivity(self) -> Vector:
        """Fraction of the diseased called positive at each threshold."""
        return np.asarray(self.true_positives / self.true_positives[-1])

    @property
    def specificity(self) -> Vector:
        """Fraction of the healthy left alone at each threshold."""
        return np.asarray(1.0 - self.false_positives / self.false_positives[-1])


def count_by_threshold(
    targets: Vector, scores: Vector, weights: Vector | None = None
) -> ThresholdCounts:
    """Count true and false positives at each distinct score; ties fall together.

    Rows that already stand by rising score are not sorted again: the bootstrap, which only
    changes the weights, relies on it.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    diseased = targets if weights is None else targets * weights
    falling, diseased, weights = fall(scores, diseased, weights)
    last_of_tie = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    true_positives = np.cumsum(diseased)
    called = np.arange(1.0, len(falling) + 1) if weights is None else np.cumsum(weights)
    if len(last_of_tie) < len(falling):
        falling = falling[last_of_tie]
        true_positives, called = true_positives[last_of_tie], called[last_of_tie]
    false_positives = called - true_positives
    if not scores.size or not true_positives[-1] or not false_positives[-1]:
        raise UndefinedMetricError("needs both diseased and healthy cases")
    return ThresholdCounts(falling, true_positives, false_positives)


def fall(
    scores: Vector, diseased: Vector, weights: Vector | None
) -> tuple[Vector, Vector, Vector | None]:
    """Put everything by falling score."""
    if np.all(scores[1:] >= scores[:-1]):
        return scores[::-1], diseased[::-1], None if weights is None else weights[::-1]
    order = np.argsort(scores, kind="stable")[::-1]
    return scores[order], diseased[order], None if weights is None else weights[order]


def find_points(counts: ThresholdCounts) -> tuple[Vector, Vector]:
    """Return `1 - specificity` and sensitivity at every threshold, after the point (0, 0)."""
    alarms, found = counts.false_positives, counts.true_positives
    return np.append(0.0, alarms / alarms[-1]), np.append(0.0, found / found[-1])

"""ROC and precision-recall curves, to be drawn or read point by point."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector
from radzoo.metrics.roc import ThresholdCounts, count_by_threshold, find_points


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a curve from the strictest threshold to the laxest.

    Attributes:
        thresholds: `(n_points,)`, a case is positive if its score is >= it; NaN for the point
            (0, 0) of a ROC curve, which no threshold gives.
    """

    x: Vector
    y: Vector
    thresholds: Vector


def draw_roc(targets: Vector, scores: Vector, *, most: int | None = 500) -> Points:
    """Return `1 - specificity` and sensitivity along the ROC curve, from (0, 0) to (1, 1).

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        most: number of points above which the curve is thinned; None = never.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    counts = count_by_threshold(targets, scores)
    kept = np.append(0, 1 + thin(counts, most and most - 1))
    x, y = find_points(counts)
    return Points(x[kept], y[kept], np.append(np.nan, counts.thresholds)[kept])


def draw_precision_recall(targets: Vector, scores: Vector, *, most: int | None = 500) -> Points:
    """Return sensitivity (recall) and precision at each threshold; nothing is interpolated.

    Args as for `draw_roc`.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    counts = count_by_threshold(targets, scores)
    kept = thin(counts, most)
    found = counts.true_positives[kept]
    precision = found / (found + counts.false_positives[kept])
    return Points(counts.sensitivity[kept], precision, counts.thresholds[kept])


def thin(counts: ThresholdCounts, most: int | None) -> NDArray[np.intp]:
    """Choose thresholds: all, or the corners of the ROC curve, or an even choice of these.

    Points on a straight line between others are the first to go; of more corners than `most`
    no eye can tell an even choice from all.
    """
    size = len(counts.thresholds)
    if most is None or size <= most:
        return np.arange(size)
    x, y = np.append(0.0, counts.false_positives), np.append(0.0, counts.true_positives)
    turns = np.diff(x)[:-1] * np.diff(y)[1:] != np.diff(x)[1:] * np.diff(y)[:-1]
    kept = np.append(np.flatnonzero(turns), size - 1)
    if len(kept) > most:
        kept = kept[np.linspace(0, len(kept) - 1, most).round().astype(np.intp)]
    return kept

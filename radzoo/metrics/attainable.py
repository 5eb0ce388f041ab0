"""The ROC curve read at one specificity, or one sensitivity, at a cut that the cases reach."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.ranking import cumulate, find_in_rows, rank_cases
from radzoo.metrics.roc import count_by_threshold, find_points
from radzoo.metrics.thresholds import NUDGE


def sensitivity_at_specificity(
    targets: Vector,
    scores: Vector,
    weights: Vector | None = None,
    *,
    specificity: float,
    interpolated: bool = False,
) -> float:
    """Highest sensitivity of any observed cut whose specificity is at least `specificity`.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.
        specificity: wanted fraction of healthy cases left alone.
        interpolated: read a straight line between the points instead, which no cut reaches.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    x, y = find_points(count_by_threshold(targets, scores, weights))
    return read_curve(x, y, 1 - specificity, interpolated=interpolated)


def specificity_at_sensitivity(
    targets: Vector,
    scores: Vector,
    weights: Vector | None = None,
    *,
    sensitivity: float,
    interpolated: bool = False,
) -> float:
    """Highest specificity of any observed cut whose sensitivity is at least `sensitivity`.

    Args as for `sensitivity_at_specificity`: the same question with the classes changed over.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    return sensitivity_at_specificity(
        1 - targets, -scores, weights, specificity=sensitivity, interpolated=interpolated
    )


def read_curve(x: Vector, y: Vector, at: float, *, interpolated: bool = False) -> float:
    """Return the highest `y` of a rising curve whose `x` is at most `at`."""
    last = int(np.searchsorted(x, at + NUDGE, side="right")) - 1
    if not interpolated or last == len(x) - 1 or x[last] >= at:
        return float(y[last])
    share = (at - x[last]) / (x[last + 1] - x[last])
    return float(y[last] + share * (y[last + 1] - y[last]))


def many_sensitivities(targets: Vector, scores: Matrix, *, specificity: float) -> Many:
    """Prepare `sensitivity_at_specificity` for many weights of the same cases."""
    ranking = rank_cases(targets, scores)
    healthy, diseased = ranking.rows_of(0.0), ranking.rows_of(1.0)
    # Equal scores are not parted: who leaves k healthy cases alone misses so many diseased.
    missed_with = np.append(0, np.searchsorted(diseased, ranking.ends[healthy]))

    def values(weights: Matrix) -> Vector:
        weights = ranking.sort(weights)
        left_alone = cumulate(np.take(weights, healthy, axis=1))
        missed = cumulate(np.take(weights, diseased, axis=1))
        n_healthy, n_diseased = left_alone[:, -1].copy(), missed[:, -1]
        cut = missed_with[find_in_rows(left_alone, (specificity - NUDGE) * n_healthy)]
        found = n_diseased - missed[np.arange(len(weights)), cut]
        return np.where(n_healthy > 0, divide(found, n_diseased), np.nan)

    return values


def many_specificities(targets: Vector, scores: Matrix, *, sensitivity: float) -> Many:
    """Prepare `specificity_at_sensitivity` for many weights of the same cases."""
    return many_sensitivities(1.0 - targets, -scores, specificity=sensitivity)

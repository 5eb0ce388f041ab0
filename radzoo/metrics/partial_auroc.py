"""Metric: AUROC over the part of the curve where specificity, or sensitivity, is high."""

from typing import Literal, TypeVar

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.ranking import cumulate, find_in_rows, rank_cases
from radzoo.metrics.roc import count_by_threshold, find_points

Focus = Literal["specificity", "sensitivity"]
Area = TypeVar("Area", float, Vector)


def partial_auroc(
    targets: Vector,
    scores: Vector,
    weights: Vector | None = None,
    *,
    focus: Focus = "specificity",
    low: float = 0.9,
    high: float = 1.0,
    corrected: bool = True,
) -> float:
    """Area under the ROC curve between two specificities, or two sensitivities.

    Points are joined by straight lines. Corrected after McClish, 0.5 is what chance gives and
    1 is perfect, whatever the part: with specificity from 0.9 to 1 it is scikit-learn's
    `roc_auc_score(max_fpr=0.1)`. The raw area is at most `high - low`.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.
        focus: which of both lies between `low` and `high`.
        low: from 0 to below `high`.
        high: at most 1.
        corrected: whether the area is put on the scale of a whole one.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        McClish DK. Analyzing a portion of the ROC curve. Medical Decision Making
        1989;9:190-195. Equation 2 for the correction.

    Example:
        >>> targets = np.array([0.0, 0, 0, 0, 1, 1])
        >>> scores = np.array([0.1, 0.2, 0.3, 0.8, 0.7, 0.9])
        >>> round(partial_auroc(targets, scores, low=0.75), 3)
        0.714
        >>> partial_auroc(targets, scores, low=0.75, corrected=False)
        0.125
    """
    check_part(low, high)
    if focus == "sensitivity":
        targets, scores = 1 - targets, -scores
    x, y = find_points(count_by_threshold(targets, scores, weights))
    area = measure_area(x, y, 1 - high, 1 - low)
    return correct_area(area, 1 - high, 1 - low) if corrected else area


def check_part(low: float, high: float) -> None:
    """Refuse a part of the curve that is none."""
    if not 0 <= low < high <= 1:
        raise ValueError(f"needs 0 <= low < high <= 1, not {low:g} and {high:g}")


def measure_area(x: Vector, y: Vector, left: float, right: float) -> float:
    """Return the area under a line through points of rising `x` from `left` to `right`."""
    first = int(np.searchsorted(x, left, side="right")) - 1
    last = int(np.searchsorted(x, right))
    part_x, part_y = x[first : last + 1].copy(), y[first : last + 1].copy()
    part_x[0], part_x[-1] = left, right
    part_y[0], part_y[-1] = cross(x, y, first, left), cross(x, y, last - 1, right)
    return float(np.diff(part_x) @ (part_y[1:] + part_y[:-1]) / 2)


def cross(x: Vector, y: Vector, point: int, at: float) -> float:
    """Return the height at `at` of the line from a point to the next."""
    share = (at - x[point]) / (x[point + 1] - x[point])
    return float(y[point] + share * (y[point + 1] - y[point]))


def correct_area(area: Area, left: float, right: float) -> Area:
    """Put an area on the scale on which 0.5 is chance and 1 perfect."""
    chance, perfect = (right**2 - left**2) / 2, right - left
    return (1 + (area - chance) / (perfect - chance)) / 2


def many(targets: Vector, scores: Matrix) -> Many:
    """Prepare the metric (specificity from 0.9 to 1, corrected) for many weights."""
    ranking = rank_cases(targets, -scores)
    healthy, diseased = ranking.rows_of(0.0), ranking.rows_of(1.0)
    cuts = np.append(0, np.unique(ranking.ends))
    alarms_at, hits_at = np.searchsorted(healthy, cuts), np.searchsorted(diseased, cuts)
    right = 1 - 0.9

    def values(weights: Matrix) -> Vector:
        weights = ranking.sort(weights)
        alarms = cumulate(np.take(weights, healthy, axis=1))
        end = right * alarms[:, -1]
        # No curve is followed farther than to its first cut beyond.
        farthest = int(find_in_rows(alarms.copy(), end).max())
        part = slice(0, int(np.searchsorted(alarms_at, farthest)) + 1)
        hits = cumulate(np.take(weights, diseased, axis=1))
        area = measure_areas(alarms[:, alarms_at[part]], hits[:, hits_at[part]], end)
        share = divide(area, alarms[:, -1] * hits[:, -1])
        return correct_area(share, 0.0, right)

    return values


def measure_areas(x: Matrix, y: Matrix, end: Vector) -> Vector:
    """Return the areas under lines, one a row, from 0 to each `end`, which none passes before."""
    steps = np.diff(np.minimum(x, end[:, None]), axis=1)
    areas = np.einsum("ij,ij->i", steps, y[:, 1:] + y[:, :-1]) / 2
    # The line that crosses the end was taken to rise to its far point before it.
    rows, last = np.arange(len(x)), np.count_nonzero(x < end[:, None], axis=1)
    before = np.maximum(last - 1, 0)
    step, rise = end - x[rows, before], y[rows, last] - y[rows, before]
    return np.asarray(areas - step * rise * (1 - divide(step, x[rows, last] - x[rows, before])) / 2)


METRIC = Metric(
    name="partial_auroc",
    compute=partial_auroc,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    many=many,
)

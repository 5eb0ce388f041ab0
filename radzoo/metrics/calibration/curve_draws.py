"""The smooth reliability curve of many resamples at once.

How far each local fit reaches is kept as in the whole sample. A fit is then a function of a
few weighted sums, so that all resamples are one matrix product and small systems.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.calibration.curve_errors import CurveErrors
from radzoo.metrics.calibration.levels import collapse, sort_by, starts_of
from radzoo.metrics.calibration.loess import blend, find_neighbourhoods, find_vertices, tricube
from radzoo.metrics.calibration.remember import remember_last

# With at most so many distinct scores the curve is fitted at each, else at vertices.
MOST_POINTS = 40
# More distinct scores than this are put together with their neighbours; of many cases, whose
# curve is known better, more than so many times the root of their number: the rank of a
# quantile varies by half that root.
MOST_GROUPS = 400
GROUPS_PER_ROOT = 20
SMALLEST_DETERMINANT = 1e-10
SMALLEST_WEIGHT = 1e-9

Starts = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fits:
    """Where curves are fitted, and what turns sums over groups into sums that a fit needs.

    Attributes:
        moments: `(n_groups, 5 * n_points)`, kernel times powers of the distance.
        widths: `(n_points,)`, how far each fit reaches.
        to_wanted: `(2 * n_points, n_wanted)`, values and slopes to values where wanted.
        wanted: `(n_wanted,)`, scores at which the curve is given.
    """

    moments: Matrix
    widths: Vector
    to_wanted: Matrix
    wanted: Vector


class CurvesOfDraws:
    """Curves for many weights of the same cases, or of cells of cases.

    The first weights say how far fits reach and which neighbours are put together: give those
    of the whole sample first.
    """

    def __init__(self, targets: Vector, scores: Vector, points: Vector | None = None) -> None:
        """Sort the cases.

        Args:
            targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
            scores: `(n_cases,)`, probabilities.
            points: where the curves are wanted; None = at the groups.
        """
        self.order = sort_by(scores)
        self.truth, self.scores = targets[self.order], scores[self.order]
        self.starts: Starts = np.empty(0, dtype=np.intp)
        self.points = points
        self.fits: Fits | None = None

    def __call__(self, weights: Matrix) -> tuple[Matrix, Matrix]:
        """Return the curves and the cases of each group, one row per draw.

        NaN where a draw has no case near.

        Args:
            weights: `(n_draws, n_cases)`, how often each case counts.
        """
        rising = weights[:, self.order]
        if self.fits is None:
            self.fits = self.prepare(rising[0])
        counts = np.add.reduceat(rising, self.starts, axis=1)
        diseased = np.add.reduceat(rising * self.truth, self.starts, axis=1)
        n_draws, n_points = len(weights), len(self.fits.widths)
        left = (counts @ self.fits.moments).reshape(n_draws, 5, n_points)
        right = (diseased @ self.fits.moments[:, : 3 * n_points]).reshape(n_draws, 3, n_points)
        values, slopes = solve_all(left, right)
        fitted = np.concatenate([values, slopes / self.fits.widths], axis=1)
        return fitted @ self.fits.to_wanted, counts

    def prepare(self, weights: Vector) -> Fits:
        """Choose the groups, where to fit and how far fits reach, by these weights."""
        levels = collapse(self.truth, self.scores, weights)
        self.starts = group(self.scores, weights)
        counted = np.maximum(weights, SMALLEST_WEIGHT)
        centres = np.add.reduceat(self.scores * counted, self.starts)
        centres = centres / np.add.reduceat(counted, self.starts)
        # Equal scores must stay equal, to the last digit.
        ends = np.append(self.starts[1:], len(self.scores)) - 1
        centres = np.clip(centres, self.scores[self.starts], self.scores[ends])
        wanted = centres if self.points is None else self.points
        if self.points is None and len(wanted) <= MOST_POINTS:
            fitted, to_wanted = wanted, np.eye(2 * len(wanted), len(wanted))
        else:
            fitted = find_vertices(levels)
            to_wanted = blend(fitted, wanted)
        near = find_neighbourhoods(levels, fitted)
        distance = (centres[:, None] - fitted) / near.widths
        kernel = tricube(distance)
        moments = np.concatenate([kernel * distance**power for power in range(5)], axis=1)
        return Fits(moments, near.widths, to_wanted, wanted)


def group(rising: Vector, weights: Vector) -> Starts:
    """Return where groups of neighbouring scores begin, equal scores together.

    Args:
        rising: `(n_cases,)`, scores.
        weights: `(n_cases,)`; groups hold about as much of it, not as many rows: the outermost
            cells hold a case each, and the others of a large sample hundreds.
    """
    starts = starts_of(rising)
    total = float(weights.sum())
    n_groups = max(MOST_GROUPS, math.ceil(GROUPS_PER_ROOT * math.sqrt(total)))
    if len(starts) <= n_groups:
        return starts
    before = np.cumsum(np.add.reduceat(weights, starts)) - np.add.reduceat(weights, starts)
    wanted = np.arange(n_groups) * total / n_groups
    return np.unique(starts[np.searchsorted(before, wanted, side="right") - 1])


def solve_all(left: Matrix, right: Matrix) -> tuple[Matrix, Matrix]:
    """Return value and slope of many weighted parabolas.

    Args:
        left: `(n_draws, 5, n_points)`, sums of weight * distance**0 ... distance**4.
        right: `(n_draws, 3, n_points)`, the same of the diseased, to distance**2.
    """
    s0, s1, s2, s3, s4 = left.transpose(1, 0, 2)
    t0, t1, t2 = right.transpose(1, 0, 2)
    minors = (s2 * s4 - s3 * s3, s1 * s4 - s2 * s3, s1 * s3 - s2 * s2)
    determinant = s0 * minors[0] - s1 * minors[1] + s2 * minors[2]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (t0 * minors[0] - t1 * minors[1] + t2 * minors[2]) / determinant
        slope = (
            -t0 * minors[1] + t1 * (s0 * s4 - s2 * s2) - t2 * (s0 * s3 - s1 * s2)
        ) / determinant
    poor = ~(determinant > SMALLEST_DETERMINANT * s0 * s2 * s4)
    if poor.any():
        value[poor], slope[poor] = solve_poor(left, right, poor)
    return value, slope


def solve_poor(left: Matrix, right: Matrix, poor: Matrix) -> tuple[Vector, Vector]:
    """Return value and slope where a parabola is not determined: the shortest coefficients."""
    draws, points = np.nonzero(poor)
    sums, truth = left[draws, :, points], right[draws, :, points]
    normal = sums[:, np.add.outer(np.arange(3), np.arange(3))]
    scale = np.sqrt(np.einsum("nii->ni", normal))
    scale[scale == 0] = 1.0
    normal = normal / (scale[:, :, None] * scale[:, None, :])
    inverse = np.linalg.pinv(normal, rcond=1e-9, hermitian=True)
    found = np.einsum("nij,nj->ni", inverse, truth / scale) / scale
    found[sums[:, 0] <= 0] = np.nan
    return found[:, 0], found[:, 1]


@remember_last
def prepare_errors(targets: Vector, scores: Vector) -> Callable[[Matrix], CurveErrors]:
    """Prepare the distances between probability and curve for many weights."""
    curves = CurvesOfDraws(targets, scores)

    @remember_last
    def errors(weights: Matrix) -> CurveErrors:
        try:
            values, counts = curves(weights)
        except UndefinedMetricError:
            return CurveErrors(np.full((len(weights), 1), np.nan), np.ones((len(weights), 1)))
        centres = curves.fits.wanted if curves.fits else 0.0
        return CurveErrors(np.where(counts > 0, np.abs(values - centres), 0.0), counts)

    return errors

"""How far the probabilities lie from the smooth reliability curve, case by case."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.calibration.levels import Levels, collapse
from radzoo.metrics.calibration.loess import smooth
from radzoo.metrics.calibration.remember import remember_last


@dataclass(frozen=True, slots=True)
class CurveErrors:
    """Distances between probability and curve.

    Attributes:
        errors: `(n_draws, n_levels)`, of one draw or of many.
        counts: `(n_draws, n_levels)`, cases that have each.
    """

    errors: Matrix
    counts: Matrix

    def mean(self) -> Vector:
        """Return the mean over the cases, `(n_draws,)`."""
        return np.asarray((self.errors * self.counts).sum(axis=1) / self.counts.sum(axis=1))

    def quantile(self, share: float) -> Vector:
        """Return a quantile over the cases, `(n_draws,)`, between neighbours (R's type 7)."""
        order = np.argsort(self.errors, axis=1)
        errors = np.take_along_axis(self.errors, order, axis=1)
        up_to = np.cumsum(np.take_along_axis(self.counts, order, axis=1), axis=1)
        rank = (up_to[:, -1:] - 1) * share
        below = np.floor(rank + 1e-9)
        found = [
            np.take_along_axis(errors, count_below(up_to, at), axis=1)[:, 0]
            for at in (below, np.minimum(below + 1, up_to[:, -1:] - 1))
        ]
        between = found[0] + (found[1] - found[0]) * np.clip(rank - below, 0, 1)[:, 0]
        return np.where(np.isnan(errors[:, -1]), np.nan, between)


def count_below(up_to: Matrix, rank: Matrix) -> NDArray[np.intp]:
    """Return the column that holds the case of a rank (from 0), `(n_draws, 1)`."""
    column = np.count_nonzero(up_to <= rank + 1e-6, axis=1)[:, None]
    return np.asarray(np.minimum(column, up_to.shape[1] - 1), dtype=np.intp)


@remember_last
def find_curve_errors(
    targets: Vector, scores: Vector, weights: Vector | None = None
) -> CurveErrors:
    """Measure the distances on these cases.

    Raises:
        UndefinedMetricError: if there is no curve.
    """
    levels = collapse(targets, scores, weights)
    return CurveErrors(errors_of(levels, smooth(levels)), levels.counts[None, :])


def errors_of(levels: Levels, curve: Vector) -> Matrix:
    """Return the distances of levels from a curve, as one row."""
    return np.abs(curve - levels.scores)[None, :]

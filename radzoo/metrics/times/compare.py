"""Two scores of the same cases: how far apart they are in a metric with known influence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Matrix, Metric, Vector
from radzoo.metrics.intervals.infinitesimal_jackknife import ROUNDING, sum_squares
from radzoo.metrics.intervals.normal import critical_value, lower_tail
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.times import auroc_at, harrell_c
from radzoo.metrics.times.horizon import at_horizon


@dataclass(frozen=True, slots=True)
class TimesDifference:
    """Two values and how far they are apart.

    Attributes:
        first, second: the metric of both scores.
        standard_error: of the difference; it knows that the cases are the same.
    """

    first: float
    second: float
    standard_error: float

    @property
    def difference(self) -> float:
        """The first minus the second."""
        return self.first - self.second

    @property
    def z(self) -> float:
        """The difference over its standard error; 0 for the same value without an error.

        Raises:
            UndefinedMetricError: if they differ and no case has any influence on that.
        """
        if self.standard_error > 0:
            return self.difference / self.standard_error
        if abs(self.difference) < math.sqrt(ROUNDING):
            return 0.0
        raise UndefinedMetricError("no case has any influence on the difference")

    @property
    def p(self) -> float:
        """Probability of a difference this far from 0 either way; 1 for the same score twice."""
        return min(1.0, 2 * lower_tail(-abs(self.z)))

    def bounds(self, level: float = 0.95) -> Bounds:
        """Return the interval of the difference."""
        half = critical_value(level) * self.standard_error
        return Bounds(self.difference - half, self.difference + half)


def compare_concordance(
    targets: Matrix, first: Vector, second: Vector, *, patients: Sequence[str] | None = None
) -> TimesDifference:
    """Compare Harrell's C of two scores.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        first: `(n_cases,)`, higher = earlier event.
        second: the same of the other model.
        patients: `(n_cases,)`, who each case belongs to; None = every case stands alone.

    Raises:
        UndefinedMetricError: if C is undefined.

    References:
        Therneau TM, Atkinson E. Concordance. Vignette of the R package survival.
    """
    return compare_times(harrell_c.METRIC, targets, first, second, patients=patients)


def compare_auroc_at(
    targets: Matrix,
    first: Vector,
    second: Vector,
    *,
    horizon: float,
    patients: Sequence[str] | None = None,
) -> TimesDifference:
    """Compare the AUROC at a horizon of two scores.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        first: `(n_cases,)`, higher = earlier event.
        second: the same of the other model.
        horizon: in the unit of the times.
        patients: `(n_cases,)`, who each case belongs to; None = every case stands alone.

    Raises:
        UndefinedMetricError: if the AUROC is undefined.

    References:
        Blanche P, Dartigues JF, Jacqmin-Gadda H. Statistics in Medicine 2013;32:5381-5397.
        Section 3.3. As `compare` of R's `timeROC`.
    """
    metric = at_horizon(auroc_at.METRIC, horizon)
    return compare_times(metric, targets, first, second, patients=patients)


def compare_times(
    metric: Metric,
    targets: Matrix,
    first: Vector,
    second: Vector,
    *,
    patients: Sequence[str] | None = None,
) -> TimesDifference:
    """Compare two scores in any metric of times whose influence is known.

    Raises:
        UndefinedMetricError: if the metric is undefined.
    """
    if metric.influence is None:
        raise ValueError(f"{metric.name} has no influence")
    moved = metric.influence(targets, first) - metric.influence(targets, second)
    sample = make_other_sample("times", targets, first, patients=patients)
    variance = sum_squares(moved, sample)
    return TimesDifference(
        metric.compute(targets, first),
        metric.compute(targets, second),
        math.sqrt(variance) if variance > ROUNDING else 0.0,
    )

"""Variances and covariance of the AUROCs of two models on the same cases."""

import math
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Matrix, Vector
from radzoo.metrics.comparisons.pair import Pair
from radzoo.metrics.intervals.normal import critical_value, lower_tail
from radzoo.metrics.intervals.obuchowski import place_cases

# Less than this is rounding: areas are fractions, and their variances no smaller than 1 / n**4.
ROUNDING = 1e-16


@dataclass(frozen=True, slots=True)
class AreaDifference:
    """Two AUROCs and how they vary together.

    Attributes:
        first, second: the areas.
        variances: of both; `covariance` between them.
    """

    first: float
    second: float
    variances: tuple[float, float]
    covariance: float

    @property
    def difference(self) -> float:
        """The first minus the second."""
        return self.first - self.second

    @property
    def variance(self) -> float:
        """Variance of the difference."""
        variance = sum(self.variances) - 2 * self.covariance
        return variance if variance > ROUNDING else 0.0

    @property
    def standard_error(self) -> float:
        """Standard error of the difference."""
        return math.sqrt(self.variance)

    @property
    def correlation(self) -> float:
        """Correlation of both areas.

        Raises:
            UndefinedMetricError: if one of them has no variance.
        """
        product = self.variances[0] * self.variances[1]
        if product <= 0:
            raise UndefinedMetricError("needs two areas that vary")
        return max(-1.0, min(1.0, self.covariance / math.sqrt(product)))

    def z(self, margin: float = 0.0) -> float:
        """Return the difference plus a margin over its standard error.

        Where both areas are one number with certainty, this is 0, or endless with a margin.

        Raises:
            UndefinedMetricError: if the areas differ and yet have no variance.
        """
        if not self.variance and not self.difference:
            return math.inf if margin else 0.0
        if not self.variance:
            raise UndefinedMetricError("the variance of the difference is 0 and says nothing")
        return (self.difference + margin) / self.standard_error

    def p_two_sided(self) -> float:
        """Return the probability of a difference this far from 0 either way."""
        return min(1.0, 2 * lower_tail(-abs(self.z())))

    def p_greater(self, margin: float = 0.0) -> float:
        """Return the probability of a difference this high if in truth it is `-margin`."""
        return lower_tail(-self.z(margin))

    def p_less(self) -> float:
        """Return the probability of a difference this low if in truth it is 0."""
        return lower_tail(self.z())

    def bounds(self, level: float) -> Bounds:
        """Return difference -+ z * standard error, cut at -1 and 1."""
        half = critical_value(level) * self.standard_error
        return Bounds(max(-1.0, self.difference - half), min(1.0, self.difference + half))


def compare_areas(pair: Pair) -> AreaDifference:
    """Return both AUROCs with their covariance: DeLong's, between patients where they repeat.

    Raises:
        UndefinedMetricError: if fewer than two patients have a diseased, or a healthy, case.

    References:
        DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more
        correlated receiver operating characteristic curves: a nonparametric approach.
        Biometrics 1988;44:837-845. Equations 4 to 6.
        Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics
        1997;53:567-578. Equation 6.
    """
    placed = [place_rows(pair, which) for which in (0, 1)]
    diseased = pair.targets == 1
    areas = [float(values[diseased].mean()) for values in placed]
    deviations = np.stack([values - area for values, area in zip(placed, areas, strict=True)])
    matrix = covary(deviations, pair)
    return AreaDifference(
        areas[0], areas[1], (float(matrix[0, 0]), float(matrix[1, 1])), float(matrix[0, 1])
    )


def place_rows(pair: Pair, which: int) -> Vector:
    """Return, row by row, the fraction of the other class that a case is ranked rightly against."""
    placed = np.empty(len(pair.targets))
    placed[pair.orders[which]] = place_cases(pair.sample(which))
    return placed


def covary(deviations: Matrix, pair: Pair) -> Matrix:
    """Return the covariances of areas whose placements deviate so, `(n_areas, n_cases)`."""
    patients, n_patients = pair.units, pair.n_units
    sides = []
    for of_class in (pair.targets == 1, pair.targets == 0):
        sums = np.stack(
            [np.bincount(patients[of_class], row[of_class], n_patients) for row in deviations]
        )
        with_one = np.count_nonzero(np.bincount(patients[of_class], minlength=n_patients))
        if with_one < 2:
            raise UndefinedMetricError(
                "needs two patients with a diseased and two with a healthy case"
            )
        sides.append((sums / of_class.sum(), with_one / (with_one - 1)))
    (diseased, of_diseased), (healthy, of_healthy) = sides
    matrix = of_diseased * diseased @ diseased.T + of_healthy * healthy @ healthy.T
    if pair.patients is not None:
        both = diseased @ healthy.T
        matrix += n_patients / (n_patients - 1) * (both + both.T)
    return np.asarray(matrix)

"""AUROCs of two models on different cases."""

import math
from dataclasses import dataclass

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.intervals.placements import delong_variance, place
from radzoo.metrics.sample import Sample


@dataclass(frozen=True, slots=True)
class IndependentAreas:
    """Two AUROCs on different cases.

    Attributes:
        first, second: the areas.
        variances: DeLong's, of both.
        degrees_of_freedom: of Student's distribution, after Welch and Satterthwaite.
    """

    first: float
    second: float
    variances: tuple[float, float]
    degrees_of_freedom: float

    @property
    def difference(self) -> float:
        """The first minus the second."""
        return self.first - self.second

    @property
    def t(self) -> float:
        """The difference over its standard error."""
        return self.difference / math.sqrt(sum(self.variances))

    def p_two_sided(self) -> float:
        """Return the probability of a difference this far from 0 either way."""
        return 2 * student(-abs(self.t), self.degrees_of_freedom)

    def p_greater(self) -> float:
        """Return the probability of a difference this high if in truth it is 0."""
        return student(-self.t, self.degrees_of_freedom)

    def p_less(self) -> float:
        """Return the probability of a difference this low if in truth it is 0."""
        return student(self.t, self.degrees_of_freedom)

    def bounds(self, level: float) -> Bounds:
        """Return difference -+ z * standard error, cut at -1 and 1."""
        half = critical_value(level) * math.sqrt(sum(self.variances))
        return Bounds(max(-1.0, self.difference - half), min(1.0, self.difference + half))


def compare_independent_areas(first: Sample, second: Sample) -> IndependentAreas:
    """Compare two AUROCs on cases of different patients.

    Raises:
        UndefinedMetricError: if a class has fewer than two cases, or neither area varies.

    References:
        DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845.
        Welch BL. The generalization of "Student's" problem when several different population
        variances are involved. Biometrika 1947;34:28-35.
    """
    placed = [place(sample.targets, sample.scores) for sample in (first, second)]
    variances = delong_variance(placed[0]), delong_variance(placed[1])
    if not sum(variances):
        raise UndefinedMetricError("the variance of the difference is 0 and says nothing")
    sizes = len(first.targets), len(second.targets)
    spread = sum(one**2 / (size - 1) for one, size in zip(variances, sizes, strict=True))
    return IndependentAreas(
        placed[0].auroc, placed[1].auroc, variances, sum(variances) ** 2 / spread
    )


def student(t: float, degrees_of_freedom: float) -> float:
    """Return the mass of Student's distribution below `t`."""
    from scipy.special import stdtr

    return float(stdtr(degrees_of_freedom, t))

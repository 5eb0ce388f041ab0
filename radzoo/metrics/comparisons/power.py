"""How many cases a comparison of AUROCs needs, and what so many can show."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.comparisons.area_covariance import AreaDifference
from radzoo.metrics.intervals.normal import STANDARD


@dataclass(frozen=True, slots=True)
class PowerProblem:
    """A test of an effect whose variance is known per diseased case.

    Attributes:
        effect: how far the truth is from the hypothesis.
        null_variance: of the estimate times the diseased cases, if the hypothesis is true.
        variance: the same if the effect is true.
        ratio: healthy cases per diseased one.
    """

    effect: float
    null_variance: float
    variance: float
    ratio: float

    def cases(self, power: float, *, alpha: float = 0.05, sides: int = 2) -> tuple[float, float]:
        """Return the diseased and the healthy cases that find the effect so often.

        Raises:
            UndefinedMetricError: if there is no effect.
        """
        if not self.effect:
            raise UndefinedMetricError("needs an effect")
        z_alpha, z_beta = STANDARD.inv_cdf(1 - alpha / sides), STANDARD.inv_cdf(power)
        reach = z_alpha * math.sqrt(self.null_variance) + z_beta * math.sqrt(self.variance)
        diseased = (reach / self.effect) ** 2
        return diseased, diseased * self.ratio

    def power(self, n_diseased: float, *, alpha: float = 0.05, sides: int = 2) -> float:
        """Return how often so many diseased cases find the effect."""
        z_alpha = STANDARD.inv_cdf(1 - alpha / sides)
        reach = abs(self.effect) * math.sqrt(n_diseased) - z_alpha * math.sqrt(self.null_variance)
        return STANDARD.cdf(reach / math.sqrt(self.variance))


def plan_comparison(areas: AreaDifference, n_diseased: int, n_healthy: int) -> PowerProblem:
    """Return the problem of showing that two models differ, from a pilot on the same cases.

    If both were equally good, both would have the variance of the first.

    References:
        Obuchowski NA, McClish DK. Sample size determination for diagnostic accuracy studies
        involving binormal ROC curve indices. Statistics in Medicine 1997;16:1529-1542.
        Equation 1, with DeLong's variances.
    """
    null = 2 * areas.variances[0] - 2 * areas.covariance
    return PowerProblem(
        areas.difference, null * n_diseased, areas.variance * n_diseased, n_healthy / n_diseased
    )


def plan_single(area: float, ratio: float) -> PowerProblem:
    """Return the problem of showing that one AUROC is above 0.5.

    Args:
        area: the AUROC that is expected.
        ratio: healthy cases per diseased one.

    References:
        Obuchowski NA, Lieber ML, Wians FH. ROC curves in clinical chemistry: uses, misuses,
        and possible solutions. Clinical Chemistry 2004;50:1118-1125. Equations 2 and 3.
    """
    # The constants, 1.414 among them, are those of the paper.
    a = NormalDist().inv_cdf(area) * 1.414
    variance = 0.0099 * math.exp(-(a**2) / 2) * (5 * a**2 + 8 + (a**2 + 8) / ratio)
    return PowerProblem(area - 0.5, 0.0792 * (1 + 1 / ratio), variance, ratio)

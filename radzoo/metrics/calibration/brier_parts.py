"""What the Brier score is made of."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.metrics.bins import fill_bins, number_by_width
from radzoo.metrics.calibration.levels import collapse
from radzoo.metrics.calibration.monotone import pool


@dataclass(frozen=True, slots=True)
class CorpParts:
    """Brier score = miscalibration - discrimination + uncertainty, exactly."""

    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class MurphyParts:
    """The Brier score by bins of equal width.

    Attributes:
        reliability, resolution, uncertainty: reliability - resolution + uncertainty is the
            Brier score only where all scores of a bin are equal.
        within_variance, within_covariance: of the scores within bins, and twice their
            covariance with the truth; with them the sum is always the Brier score.
        reliability_corrected, resolution_corrected, uncertainty_corrected: without the bias
            of few cases.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float
    reliability_corrected: float
    resolution_corrected: float
    uncertainty_corrected: float

    @property
    def sum_of_five(self) -> float:
        """Return the Brier score."""
        within = self.within_variance - self.within_covariance
        return self.reliability - self.resolution + self.uncertainty + within


def split_by_corp(targets: Vector, scores: Vector) -> CorpParts:
    """Split the Brier score by the best rising curve; no bins are chosen.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Dimitriadis T, Gneiting T, Jordan AI. Stable reliability diagrams for probabilistic
        classifiers. PNAS 2021;118:e2016191118. Equation 4.
    """
    levels = collapse(targets, scores)
    prevalence = float(np.average(levels.observed, weights=levels.counts))
    brier = float(np.mean((scores - targets) ** 2))
    best = pool(levels)
    own_variance = levels.observed * (1 - levels.observed)
    recalibrated = float(
        np.average((best - levels.observed) ** 2 + own_variance, weights=levels.counts)
    )
    uncertainty = prevalence * (1 - prevalence)
    return CorpParts(brier, brier - recalibrated, uncertainty - recalibrated, uncertainty)


def split_by_bins(targets: Vector, scores: Vector, n_bins: int = 10) -> MurphyParts:
    """Split the Brier score by bins of equal width, (0, 0.1], (0.1, 0.2] ...

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy; at least one case.
        scores: `(n_cases,)`, probabilities.
        n_bins: number of bins.

    References:
        Murphy AH. A new vector partition of the probability score. Journal of Applied
        Meteorology 1973;12:595-600.
        Stephenson DB, Coelho CAS, Jolliffe IT. Two extra components in the Brier score
        decomposition. Weather and Forecasting 2008;23:752-757.
        Ferro CAT, Fricker TE. A bias-corrected decomposition of the Brier score. QJRMS
        2012;138:1954-1960.
    """
    numbers = number_by_width(scores, n_bins)
    bins = fill_bins(targets, scores, numbers, None, n_bins)
    shares, prevalence = bins.counts / len(targets), float(targets.mean())
    reliability = float(shares @ (bins.mean_scores - bins.observed) ** 2)
    resolution = float(shares @ (bins.observed - prevalence) ** 2)
    uncertainty = prevalence * (1 - prevalence)
    place = np.unique(numbers, return_inverse=True)[1]
    apart = scores - bins.mean_scores[place]
    more = bins.counts > 1
    own = bins.observed * (1 - bins.observed) * bins.counts / np.maximum(bins.counts - 1, 1)
    within = float(own[more].sum() / len(targets))
    overall = uncertainty / (len(targets) - 1) if len(targets) > 1 else 0.0
    share = correctable(reliability, resolution, uncertainty, within, overall)
    return MurphyParts(
        reliability=reliability,
        resolution=resolution,
        uncertainty=uncertainty,
        within_variance=float(np.mean(apart**2)),
        within_covariance=float(2 * np.mean((targets - bins.observed[place]) * apart)),
        reliability_corrected=reliability - share * within,
        resolution_corrected=resolution - share * (within - overall),
        uncertainty_corrected=uncertainty + share * overall,
    )


def correctable(
    reliability: float, resolution: float, uncertainty: float, within: float, overall: float
) -> float:
    """Return how much of the bias can be taken off so that all parts stay possible, 0 to 1."""
    parts = np.array([reliability, resolution, resolution - 1, 1 - 4 * uncertainty])
    with np.errstate(divide="ignore", invalid="ignore"):
        most = parts / np.array([within, within - overall, within - overall, 4 * overall])
    share = min(most[0], max(most[1], most[2]), most[3], 1.0)
    # One that is not a number must stop the correction: `min` would pass it over.
    return float(share) if np.isfinite(share) and not np.isnan(most).any() else 0.0

"""Calibration errors by bins: their variants, and what is left without bias.

References:
    Kumar A, Liang P, Ma T. Verified uncertainty calibration. NeurIPS 2019. Section 4.2.
    Bröcker J. Estimating reliability and resolution of probability forecasts through
    decomposition of the empirical score. Climate Dynamics 2012;39:655-667.
"""

from dataclasses import dataclass

import numpy as np

from radzoo.metrics.bins import Bins


@dataclass(frozen=True, slots=True)
class BinnedErrors:
    """Distances of mean score and observed fraction over bins.

    Attributes:
        expected: mean by cases: the expected calibration error.
        average: mean by bins.
        largest: the worst bin.
        squared: mean square by cases; its root is the root mean square error.
        squared_debiased: without what chance adds; may be negative.
        n_bins: bins that hold a case.
    """

    expected: float
    average: float
    largest: float
    squared: float
    squared_debiased: float
    n_bins: int


def measure_bins(bins: Bins) -> BinnedErrors:
    """Measure the distances; there must be a bin."""
    distance = np.abs(bins.mean_scores - bins.observed)
    chance = bins.observed * (1 - bins.observed) / np.maximum(bins.counts - 1, 1)
    return BinnedErrors(
        expected=float(np.average(distance, weights=bins.counts)),
        average=float(distance.mean()),
        largest=float(distance.max()),
        squared=float(np.average(distance**2, weights=bins.counts)),
        squared_debiased=float(np.average(distance**2 - chance, weights=bins.counts)),
        n_bins=len(bins.counts),
    )

"""Calibration errors of classes in bins of equal width: what each case adds to each bin."""

import numpy as np

from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.bins import N_BINS, number_by_width


def spread_over_bins(probabilities: Vector, truth: Vector) -> Matrix:
    """Return `(n_cases, n_bins)`: truth minus probability in the bin of each case, else 0.

    The sum of a column over cases, divided by the number of all cases, is what that bin adds
    to a calibration error, with its sign. The bins are (0, 1/15], (1/15, 2/15] ... (14/15, 1].
    """
    spread = np.zeros((len(probabilities), N_BINS))
    spread[np.arange(len(probabilities)), number_by_width(probabilities, N_BINS)] = (
        truth - probabilities
    )
    return spread

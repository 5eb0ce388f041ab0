"""Bins of equal count: for the calibration error and the reliability diagram alike."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector

N_BINS = 15


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins that hold at least one case, by rising score.

    Attributes:
        counts: `(n_bins,)`, cases in each.
        mean_scores: `(n_bins,)`, what the model says there.
        observed: `(n_bins,)`, the fraction that is diseased.
    """

    counts: Vector
    mean_scores: Vector
    observed: Vector


def bin_by_count(
    targets: Vector, scores: Vector, weights: Vector | None = None, n_bins: int = N_BINS
) -> Bins:
    """Put the cases into bins of equal count, equal scores together.

    A case goes to bin `ceil(rank * n_bins / n_cases)`; the rank of tied cases is the middle
    of theirs. So the order of rows is no matter, and a score that many cases share may
    leave neighbouring bins empty.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        weights: `(n_cases,)`, how often each case counts; None = once.
        n_bins: wanted number of bins.
    """
    counted = np.ones_like(scores) if weights is None else weights
    order = np.argsort(scores, kind="stable")
    rising, times = scores[order], counted[order]
    last_of_tie = np.flatnonzero(np.append(rising[1:] != rising[:-1], True))
    up_to = np.cumsum(times)[last_of_tie]
    tied = np.diff(up_to, prepend=0.0)
    middle = up_to - (tied - 1) / 2
    bins = np.ceil(middle * n_bins / up_to[-1]).astype(np.intp) - 1
    sizes = np.diff(last_of_tie, prepend=-1)
    of_case = np.repeat(np.clip(bins, 0, n_bins - 1), sizes)
    counts = np.asarray(np.bincount(of_case, times, n_bins), dtype=np.float64)
    sums = np.bincount(of_case, times * rising, n_bins)
    diseased = np.bincount(of_case, times * targets[order], n_bins)
    filled = counts > 0
    return Bins(counts[filled], sums[filled] / counts[filled], diseased[filled] / counts[filled])

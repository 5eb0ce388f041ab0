"""Bins of equal count: for the calibration error and the reliability diagram alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector

Numbers = NDArray[np.intp]

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

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        weights: `(n_cases,)`, how often each case counts; None = once.
        n_bins: wanted number of bins.
    """
    return fill_bins(targets, scores, number_by_count(scores, weights, n_bins), weights, n_bins)


def bin_by_width(targets: Vector, scores: Vector, n_bins: int = N_BINS) -> Bins:
    """Put the cases into bins of equal width, (0, 1/n], (1/n, 2/n] ...; 0 goes to the first."""
    return fill_bins(targets, scores, number_by_width(scores, n_bins), None, n_bins)


def bin_by_rank(targets: Vector, scores: Vector, n_bins: int = N_BINS) -> Bins:
    """Put the cases into bins of equal count; the order of rows parts equal scores.

    So do other programs; `bin_by_count` does not depend on the order of rows.
    """
    rank = np.empty(len(scores))
    rank[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    numbers = np.ceil(rank * n_bins / max(len(scores), 1)).astype(np.intp) - 1
    return fill_bins(targets, scores, numbers, None, n_bins)


def fill_bins(
    targets: Vector, scores: Vector, numbers: Numbers, weights: Vector | None, n_bins: int
) -> Bins:
    """Count and average the cases of each bin; empty ones are left out.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        numbers: `(n_cases,)`, the bin of each case.
        weights: `(n_cases,)`, how often each case counts; None = once.
        n_bins: how many bins there could be.
    """
    times = np.ones_like(scores) if weights is None else weights
    counts = np.asarray(np.bincount(numbers, times, n_bins), dtype=np.float64)
    sums = np.bincount(numbers, times * scores, n_bins)
    diseased = np.bincount(numbers, times * targets, n_bins)
    filled = counts > 0
    return Bins(counts[filled], sums[filled] / counts[filled], diseased[filled] / counts[filled])


def number_by_count(scores: Vector, weights: Vector | None = None, n_bins: int = N_BINS) -> Numbers:
    """Return the bin of each case: `ceil(rank * n_bins / n_cases)`, from 0.

    The rank of tied cases is the middle of theirs. So the order of rows is no matter, and a
    score that many cases share may leave neighbouring bins empty.
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
    numbers = np.empty(len(scores), dtype=np.intp)
    numbers[order] = np.repeat(np.clip(bins, 0, n_bins - 1), sizes)
    return numbers


def number_by_width(scores: Vector, n_bins: int) -> Numbers:
    """Return the bin of each case among bins of equal width, from 0."""
    edges = np.arange(1, n_bins) / n_bins
    return np.asarray(np.searchsorted(edges, scores, side="left"), dtype=np.intp)

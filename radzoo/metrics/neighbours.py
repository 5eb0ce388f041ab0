"""Cases as resampling sees them: each by itself, or, of very many, gathered with its neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector
from radzoo.metrics.sample import Sample

# Up to this many cases each stands by itself.
MOST_CASES = 20_000
# A cell holds at most this share of the diseased, and of the healthy.
N_CUTS = 2000
# This many lowest and highest scores of each class stand by themselves: there the logarithm
# of a probability, or precision, changes most.
N_OUTERMOST = 50


@dataclass(frozen=True, slots=True)
class Cells:
    """What is counted: the cases of a sample, or groups of neighbours.

    Attributes:
        sample: one row per cell.
        of_case: `(n_cases,)`, the cell of each case; None = every case is a cell.
        sizes: `(n_cells,)`, how many cases each holds, or 1.
    """

    sample: Sample
    of_case: NDArray[np.intp] | None = None
    sizes: Vector | float = 1.0

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.sample.targets)


def gather_cases(sample: Sample) -> Cells:
    """Return the cases themselves, or of more than `MOST_CASES` groups of neighbours.

    A cell holds cases of the same target, the same decision and neighbouring scores; its
    score is their mean, the same for the diseased and the healthy between two cuts. Equal
    scores stay together. What differs within a cell is lost; `resample` sets the draws right
    by what that changes of the metric itself. Only cases with the targets 0 and 1 by rising
    score are gathered: those of a label, or right and wrong calls by certainty.
    """
    if len(sample.targets) <= MOST_CASES or not can_be_gathered(sample):
        return Cells(sample)
    bins = cut_scores(sample)
    in_bin = np.bincount(bins)
    ends = np.cumsum(in_bin)
    cell = 2 * bins + sample.targets.astype(np.intp)
    sizes = np.bincount(cell, minlength=2 * len(in_bin))
    means = np.bincount(bins, sample.scores) / in_bin
    # Rounding may not carry a mean beyond what it is the mean of.
    means = np.clip(means, sample.scores[ends - in_bin], sample.scores[ends - 1])
    filled = np.flatnonzero(sizes)
    decisions = None if sample.decisions is None else sample.decisions[ends - 1][filled // 2]
    rows = Sample((filled % 2).astype(np.float64), means[filled // 2], decisions, kind=sample.kind)
    number = np.cumsum(sizes > 0) - 1
    return Cells(rows, number[cell], sizes[filled].astype(np.float64))


def can_be_gathered(sample: Sample) -> bool:
    """Are there but two targets, and do the scores rise?"""
    if sample.kind == "label":
        return True
    if sample.targets.ndim > 1 or sample.scores.ndim > 1:
        return False
    two = (sample.targets == 0) | (sample.targets == 1)
    return bool(two.all() and (sample.scores[1:] >= sample.scores[:-1]).all())


def cut_scores(sample: Sample) -> NDArray[np.intp]:
    """Return the number of the bin of each case, rising from 0; equal scores share one."""
    scores = sample.scores
    new_score = np.append(True, scores[1:] != scores[:-1])
    starts = np.zeros(len(scores), dtype=np.bool_)
    for target in (0.0, 1.0):
        starts[choose_cuts(np.flatnonzero(sample.targets == target))] = True
    if sample.decisions is not None:
        starts[1:] |= sample.decisions[1:] != sample.decisions[:-1]
    # A cut among equal scores moves to where they begin.
    first_of_score = np.flatnonzero(new_score)[np.cumsum(new_score) - 1]
    cuts = np.zeros(len(scores), dtype=np.bool_)
    cuts[first_of_score[starts]] = True
    cuts[0] = True
    return np.cumsum(cuts) - 1


def choose_cuts(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Choose the rows of one class, by rising score, before which to cut."""
    size = len(rows)
    evenly = np.arange(N_CUTS) * size // N_CUTS
    outermost = np.arange(N_OUTERMOST)
    places = np.concatenate([evenly, outermost, size - 1 - outermost])
    return rows[np.unique(np.clip(places, 0, max(size - 1, 0)))] if size else rows

"""Which patients a bootstrap draw holds, and which a jackknife leaves out, as counts.

A draw is not a copy of rows but a count of how often each counts: the rows stay sorted
and no metric sorts again. Whole patients are drawn, since images of one patient resemble
each other. Counts are made for blocks of draws, so that a metric is one matrix operation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.neighbours import Cells
from radzoo.metrics.sample import Sample

Numbers = NDArray[np.intp]
Random = NDArray[np.uint32]

# Above this many patients they are left out in groups: the acceleration of BCa
# is of the order 1 / sqrt(n) and needs no finer jackknife.
MOST_LEFT_OUT = 2000
SEED_OF_GROUPS = 0
# Weights that are given at once, and numbers that are drawn at once: they stay in the
# processor's cache while they are used.
MOST_WEIGHTS = 2**19
MOST_NUMBERS = 2**16


@dataclass(frozen=True, slots=True)
class Stratum:
    """Patients of whom each draw holds as many as there are.

    Attributes:
        first: where its random numbers begin among those of a draw.
        columns: `(n_units,)`, where each is counted; short numbers, which are quick to look up.
    """

    first: int
    columns: NDArray[np.unsignedinteger]

    def choose(self, random: Random) -> Numbers:
        """Turn the random numbers of some draws, `(n_draws, n_numbers)`, into columns."""
        size = len(self.columns)
        chosen = np.empty((len(random), size), dtype=np.intp)
        for start in range(0, size, MOST_NUMBERS):
            piece = slice(start, min(start + MOST_NUMBERS, size))
            numbers = random[:, self.first + piece.start : self.first + piece.stop]
            places = numbers.astype(np.uint64)
            places *= np.uint64(size)
            places >>= np.uint64(32)
            chosen[:, piece] = np.take(self.columns, places.view(np.int64))
        return chosen


@dataclass(frozen=True, slots=True)
class Urn:
    """What is drawn from, and how what was drawn becomes weights of cells.

    Attributes:
        strata: what is drawn apart.
        width: number of columns that are counted: cells, or patients.
        patients: `(n_cases,)`, where patients are counted: the column of each case, cell by
            cell; None where cells are counted.
        starts: `(n_cells,)`, where the cases of each cell begin among those.
    """

    strata: Sequence[Stratum]
    width: int
    patients: Numbers | None = None
    starts: Numbers | None = None

    @property
    def n_raw(self) -> int:
        """Raw numbers of 64 bits that a draw takes; each draw begins with a new one."""
        return (self.strata[-1].first + len(self.strata[-1].columns) + 1) // 2

    def weigh(self, random: Random) -> NDArray[np.int32]:
        """Turn the random numbers of some draws into weights `(n_draws, n_cells)`."""
        counts = self.count(random)
        if self.patients is None:
            return counts
        of_cases = np.take(counts, self.patients, axis=1)
        if self.starts is None:
            return of_cases
        return np.asarray(np.add.reduceat(of_cases, self.starts, axis=1))

    def count(self, random: Random) -> NDArray[np.int32]:
        """Count how often each column was drawn in each draw."""
        offsets = np.arange(0, len(random) * self.width, self.width)[:, None]
        counts = np.zeros(len(random) * self.width, dtype=np.int32)
        for stratum in self.strata:
            chosen = stratum.choose(random)
            chosen += offsets
            counts += np.bincount(chosen.ravel(), minlength=len(counts)).astype(np.int32)
        return counts.reshape(len(random), self.width)


def draw_weights(
    sample: Sample, cells: Cells, *, n_boot: int, seed: int, stratified: bool = False
) -> Iterator[Matrix]:
    """Give `n_boot` rows, in blocks `(n_draws, n_cells)`, that say how often each cell counts.

    The draws depend on the seed, the number of patients and (stratified) their classes alone:
    not on the blocks, the machine, the number of threads or the version of numpy.
    """
    urn = fill_urn(sample, cells, stratified=stratified)
    # The raw stream of PCG64 is fixed for ever; the methods of Generator may change.
    source = np.random.PCG64(seed)
    n_rows = max(1, MOST_WEIGHTS // cells.n_cells)
    n_at_once = max(1, MOST_NUMBERS // max(2 * urn.n_raw, urn.width))
    for first in range(0, n_boot, n_rows):
        weights = np.empty((min(n_rows, n_boot - first), cells.n_cells))
        for at in range(0, len(weights), n_at_once):
            some = weights[at : at + n_at_once]
            raw = source.random_raw(len(some) * urn.n_raw).astype("<u8", copy=False)
            some[:] = urn.weigh(raw.view("<u4").reshape(len(some), 2 * urn.n_raw))
        yield weights


def fill_urn(sample: Sample, cells: Cells, *, stratified: bool) -> Urn:
    """Say what is drawn from a sample."""
    n_units = sample.n_units
    classes = classify_units(sample) if stratified else np.zeros(n_units)
    strata, first = [], 0
    for name in np.unique(classes):
        members = np.flatnonzero(classes == name)
        counted = sample.patients is not None or cells.of_case is None
        columns = members if counted or cells.of_case is None else cells.of_case[members]
        strata.append(Stratum(first, columns.astype(np.min_scalar_type(int(columns.max())))))
        first += len(members) + len(members) % 2
    if sample.patients is None:
        return Urn(strata, cells.n_cells)
    if cells.of_case is None:
        return Urn(strata, n_units, sample.patients)
    by_cell = np.argsort(cells.of_case, kind="stable")
    starts = np.searchsorted(cells.of_case[by_cell], np.arange(cells.n_cells))
    return Urn(strata, n_units, sample.patients[by_cell], starts)


def classify_units(sample: Sample) -> Vector:
    """Return the class of each patient: the highest of the cases; all alike if there is none."""
    targets = sample.targets[:, 1] if sample.kind == "times" else sample.targets
    classes = np.zeros(len(targets)) if sample.kind == "values" else targets
    if sample.patients is None:
        return classes
    highest = np.full(sample.n_units, -np.inf)
    np.maximum.at(highest, sample.patients, classes)
    return highest


def leave_out_weights(sample: Sample, cells: Cells) -> Iterator[Matrix]:
    """Give blocks of rows that leave out each patient in turn, or each of a number of groups."""
    n_units = sample.n_units
    if n_units < 2:
        return
    n_groups = min(n_units, MOST_LEFT_OUT)
    group_of = group_units(n_units, n_groups)
    of_case = group_of if sample.patients is None else group_of[sample.patients]
    cell_of = np.arange(len(of_case)) if cells.of_case is None else cells.of_case
    by_group = np.argsort(of_case, kind="stable")
    ends = np.searchsorted(of_case[by_group], np.arange(n_groups + 1))
    n_rows = max(1, MOST_WEIGHTS // cells.n_cells)
    for first in range(0, n_groups, n_rows):
        last = min(first + n_rows, n_groups)
        rows = by_group[ends[first] : ends[last]]
        places = (of_case[rows] - first) * cells.n_cells + cell_of[rows]
        left = np.bincount(places, minlength=(last - first) * cells.n_cells)
        yield np.asarray(cells.sizes - left.reshape(last - first, cells.n_cells), np.float64)


def group_units(n_units: int, n_groups: int, seed: int = SEED_OF_GROUPS) -> Numbers:
    """Return the group of each unit: its own if there are as many, else one by chance.

    Neighbours must not be put together, nor kept apart: either would make groups more, or
    less, alike than patients are.
    """
    if n_units == n_groups:
        return np.arange(n_units)
    order = np.argsort(np.random.PCG64(seed).random_raw(n_units), kind="stable")
    groups = np.empty(n_units, dtype=np.intp)
    groups[order] = np.arange(n_units) % n_groups
    return groups


def draw_units(size: int, n_boot: int, seed: int) -> Iterator[Vector]:
    """Give `n_boot` vectors that say how often each of `size` patients counts."""
    sample = Sample(np.zeros(size), np.zeros(size), kind="values")
    for weights in draw_weights(sample, Cells(sample), n_boot=n_boot, seed=seed):
        yield from weights

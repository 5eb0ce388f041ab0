"""Very many patients put together by chance: groups are drawn as if each were one patient.

The sum of a group of independent patients varies as often as much as that of one as it holds
patients, so draws of groups vary as draws of patients do. What that costs is precision: the
width of an interval is known to about 1 / sqrt(2 * number of groups), 0.5 % for `MOST_CASES`.

References:
    Wolter KM. Introduction to Variance Estimation. 2nd edition, Springer, 2007. Chapter 2, the
    method of random groups.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.drawing import MOST_WEIGHTS, group_units
from radzoo.metrics.neighbours import MOST_CASES, Cells
from radzoo.metrics.sample import Sample

# With fewer groups, ranks are counted anew in each draw: the terms of the second order that
# are left out else move the ends of an interval by several per cent of its width.
FEWEST_FOR_RANKS = 2000
# Another stream than that of the draws, whose seed is often 0, and of the jackknife.
SEED = 0x6B2_0009


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of patients.

    Attributes:
        of_case: `(n_cases,)`, the group of each case; patients are whole.
        number: how many groups there are; each holds a patient.
    """

    of_case: NDArray[np.intp]
    number: int

    def add_up(self, values: Vector, rows: NDArray[np.intp] | slice = slice(None)) -> Vector:
        """Return `(number,)`, the sums of the values of some cases by group."""
        sums = np.bincount(self.of_case[rows], values, minlength=self.number)
        return np.asarray(sums, dtype=np.float64)

    def as_cells(self) -> Cells:
        """Return what is drawn: the groups, each by itself."""
        blank = np.zeros(self.number)
        return Cells(Sample(blank, blank, kind="values"))


@runtime_checkable
class Gatherable(Protocol):
    """A function of weights of cases that can be made one of weights of groups.

    It may then be accurate to a share 1 / n of the variance only.
    """

    def __call__(self, weights: Matrix) -> Vector:
        """Turn weights `(n_draws, n_cases)` into values `(n_draws,)`."""
        ...

    def gather(self, groups: Groups) -> Many:
        """Return the function of weights `(n_draws, n_groups)`."""
        ...


def group_cases(sample: Sample) -> Groups | None:
    """Return groups of the patients of very many cases of classes, or numbers; else None."""
    number = count_groups(sample)
    if number is None:
        return None
    of_unit = group_units(sample.n_units, number, seed=SEED)
    return Groups(of_unit if sample.patients is None else of_unit[sample.patients], number)


def count_groups(sample: Sample) -> int | None:
    """Return how many groups are drawn: as many as patients, but at most `MOST_CASES`.

    None where cases are drawn: of other tasks, of several labels together, and of fewer.
    """
    few = len(sample.targets) <= MOST_CASES
    if few or sample.kind not in ("classes", "values") or sample.targets.ndim > 1:
        return None
    return min(sample.n_units, MOST_CASES)


def gather(function: Many, groups: Groups) -> Many:
    """Return a function of weights of groups; quick if the function is `Gatherable`."""
    return function.gather(groups) if isinstance(function, Gatherable) else spread(function, groups)


def spread(function: Many, groups: Groups) -> Many:
    """Return a function of weights of groups that gives every case the weight of its group."""

    def values(weights: Matrix) -> Vector:
        n_rows = max(1, MOST_WEIGHTS // max(1, len(groups.of_case)))
        pieces = [weights[at : at + n_rows] for at in range(0, len(weights), n_rows)]
        return np.concatenate([function(piece[:, groups.of_case]) for piece in pieces])

    return values

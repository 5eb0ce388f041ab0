"""Means of AUROCs of one class against another, for many weights of the same cases.

References:
    DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics 1988;44:837-845. The components V10
    and V01.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.auroc import auroc
from radzoo.metrics.auroc import many as many_aurocs
from radzoo.metrics.confusion import divide
from radzoo.metrics.groups import FEWEST_FOR_RANKS, Groups, spread
from radzoo.metrics.moments import OfSums

# With as many cases in the larger class, what components leave out of the variance of an AUROC
# is this small a share of it at most.
ENOUGH = 1000


@dataclass(frozen=True, slots=True)
class Contest:
    """Cases of two classes, and the scores of the first.

    Attributes:
        rows: which cases they are.
        targets: `(n_rows,)`, 1 = of the first class.
        scores: `(n_rows,)`.
    """

    rows: NDArray[np.intp] | slice
    targets: Vector
    scores: Vector

    @property
    def large(self) -> bool:
        """Does either class have many cases, and the other any?"""
        n_first = self.targets.sum()
        n_second = len(self.targets) - n_first
        return bool(min(n_first, n_second) > 0 and max(n_first, n_second) >= ENOUGH)

    def components(self) -> Matrix:
        """Return `(n_rows, 4)`: is it of the first, what it wins then; of the second, likewise.

        Of the first it wins the share of the second with a lower score, of the second that of the
        first with a higher; equal ones count half. Both have the AUROC as mean.
        """
        first = self.targets == 1
        wins = np.empty(len(first))
        wins[first] = rank_among(self.scores[first], self.scores[~first])
        wins[~first] = 1.0 - rank_among(self.scores[~first], self.scores[first])
        return np.stack([first, first * wins, ~first, ~first * wins], axis=1)


def rank_among(scores: Vector, others: Vector) -> Vector:
    """Return the share of others that are lower than each score; equal ones count half."""
    rising = np.sort(others)
    places = np.searchsorted(rising, scores) + np.searchsorted(rising, scores, side="right")
    return np.asarray(places / (2 * len(rising)))


class MeanAuroc:
    """The mean AUROC of contests, as a function of weights `(n_draws, n_cases)`."""

    def __init__(self, contests: Sequence[Contest]) -> None:
        """Keep the contests."""
        self.contests = contests

    def __call__(self, weights: Matrix) -> Vector:
        """Return the mean of each draw."""
        each = [
            values(weights[:, one.rows])
            for one, values in zip(self.contests, self.prepared, strict=True)
        ]
        return np.asarray(np.mean(each, axis=0))

    @cached_property
    def prepared(self) -> list[Many]:
        """The AUROC of each contest as a function of weights of its rows."""
        return [many_aurocs(one.targets, one.scores) for one in self.contests]

    def gather(self, groups: Groups) -> Many:
        """Return the mean as a function of weights of groups.

        Large contests of many groups are sums of components, which change with the draw in the
        second order only; others are counted anew in each draw.
        """
        each = [gather_contest(one, groups) for one in self.contests]
        return lambda weights: np.asarray(np.mean([of(weights) for of in each], axis=0))


def gather_contest(contest: Contest, groups: Groups) -> Many:
    """Return the AUROC of a contest as a function of weights of groups."""
    if groups.number < FEWEST_FOR_RANKS or not contest.large:
        of_rows = Groups(groups.of_case[contest.rows], groups.number)
        return spread(many_aurocs(contest.targets, contest.scores), of_rows)
    columns = [groups.add_up(column, contest.rows) for column in contest.components().T]
    whole = auroc(contest.targets, contest.scores)
    return OfSums(np.stack(columns, axis=1), lambda sums: add_components(sums, whole))


def add_components(sums: Matrix, whole: float) -> Vector:
    """Return the AUROC of each draw from sums of components, NaN where a class is missing."""
    values = divide(sums[:, 1], sums[:, 0]) + divide(sums[:, 3], sums[:, 2]) - whole
    return np.asarray(np.clip(values, 0.0, 1.0))

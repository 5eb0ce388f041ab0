"""How strongly something that is said of cases goes with an answer, with patients as units."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence
from radzoo.core.plugins import Vector

Z: Final = 1.959963984540054
CHINN: Final = math.pi / math.sqrt(3)
"""A standardised difference times this is about the logarithm of an odds ratio."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Association:
    """An odds ratio, or the one that a standardised difference amounts to.

    Attributes:
        difference: standardised, of a number; None of a yes or no.
    """

    n: int
    n_patients: int | None
    odds_ratio: float
    low: float
    high: float
    p: float
    difference: float | None = None

    @property
    def strength(self) -> float:
        """The odds ratio, or its inverse where it is below 1."""
        return max(self.odds_ratio, 1 / self.odds_ratio)

    def evidence(self, p: float | None) -> Evidence:
        """Return it as evidence, with an adjusted p-value."""
        return Evidence(
            n=self.n, n_patients=self.n_patients, measure="odds ratio", estimate=self.odds_ratio,
            low=self.low, high=self.high, level=LEVEL, method="sandwich", p=p,
        )  # fmt: skip


def odds_ratio(
    subject: Subject, positive: Vector, exposed: Flags, rows: Rows
) -> Association | None:
    """Return the odds ratio of an answer, those exposed against the others; None if undefined.

    The spread of its logarithm is between patients (sandwich). Where a cell of the table is
    empty, patients are counted with half a one more in each cell (Haldane, Anscombe).

    Args:
        subject: whose patients.
        positive: `(n_cases,)`, 1 or 0 in `rows`.
        exposed: `(n_cases,)`.
        rows: the cases that count.
    """
    answers, yes = positive[rows], exposed[rows]
    owners = np.unique(subject.owners[rows], return_inverse=True)[1]
    sizes = [int(yes.sum()), int((~yes).sum())]
    if not all(sizes) or not 0 < answers.sum() < len(rows):
        return None
    shares = [float(answers[group].mean()) for group in (yes, ~yes)]
    if not all(0 < share < 1 for share in shares):
        return of_patients(subject, answers, yes, owners)
    pull = np.zeros(len(rows))
    for group, share, size, sign in zip((yes, ~yes), shares, sizes, (1, -1), strict=True):
        pull[group] = sign * (answers[group] - share) / (size * share * (1 - share))
    logarithm = logit(shares[0]) - logit(shares[1])
    return settle(subject, logarithm, spread(pull, owners), len(rows), owners)


def mean_difference(
    subject: Subject, positive: Vector, values: Vector, rows: Rows
) -> Association | None:
    """Return how far the means of a number differ, in its spread and as an odds ratio.

    References:
        Chinn S. A simple method for converting an odds ratio to effect size for use in
        meta-analysis. Statistics in Medicine 2000;19:3127-3131.
    """
    rows = rows[~np.isnan(values[rows])]
    answers, numbers = positive[rows] == 1, values[rows]
    if not 1 < answers.sum() < len(rows) - 1:
        return None
    ill, well = numbers[answers], numbers[~answers]
    within = float(np.sqrt((ill.var() * len(ill) + well.var() * len(well)) / len(rows)))
    if within == 0:
        return None
    owners = np.unique(subject.owners[rows], return_inverse=True)[1]
    pull = np.where(answers, (numbers - ill.mean()) / len(ill), (well.mean() - numbers) / len(well))
    difference = float(ill.mean() - well.mean()) / within
    error = spread(pull, owners) * CHINN / within
    found = settle(subject, difference * CHINN, error, len(rows), owners)
    return replace(found, difference=difference)


def of_patients(subject: Subject, answers: Vector, yes: Flags, owners: Rows) -> Association:
    """Return an odds ratio from patients counted in the four cells, half a one added to each."""
    cells = [
        len(np.unique(owners[group & (answers == answer)])) + 0.5
        for group in (yes, ~yes) for answer in (1.0, 0.0)
    ]  # fmt: skip
    logarithm = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    return settle(subject, logarithm, math.sqrt(sum(1 / one for one in cells)), len(yes), owners)


def settle(subject: Subject, logarithm: float, error: float, n: int, owners: Rows) -> Association:
    """Return an association from the logarithm of an odds ratio and its standard error."""
    p = math.erfc(abs(logarithm) / error / math.sqrt(2)) if error else 1.0
    n_patients = None if subject.patients is None else int(owners.max()) + 1
    return Association(
        n=n, n_patients=n_patients, odds_ratio=bounded(logarithm),
        low=bounded(logarithm - Z * error), high=bounded(logarithm + Z * error), p=p,
    )  # fmt: skip


def spread(pull: Vector, owners: Rows) -> float:
    """Return the standard error from what every case adds, summed by patient."""
    sums = np.bincount(owners, pull)
    return math.sqrt(float((sums**2).sum()) * len(sums) / max(len(sums) - 1, 1))


def logit(share: float) -> float:
    """Return the logarithm of odds."""
    return math.log(share / (1 - share))


def bounded(logarithm: float) -> float:
    """Return its exponential, kept finite."""
    return math.exp(min(max(logarithm, -50.0), 50.0))

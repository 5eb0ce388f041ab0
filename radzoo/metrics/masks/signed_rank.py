"""Wilcoxon's signed-rank test: is one model better, patient by patient?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector

# From 50 pairs on, and with ties, R's wilcox.test takes the normal approximation too.
FEWEST_FOR_NORMAL = 50


@dataclass(frozen=True, slots=True)
class SignedRank:
    """What the test says.

    Attributes:
        statistic: sum of the ranks of the positive differences (R's V).
        p: two-sided.
        n: differences that are not 0; only they count.
        method: `exact`, or `normal`: approximated, corrected for ties and continuity.
    """

    statistic: float
    p: float
    n: int
    method: str


def signed_rank(differences: Vector) -> SignedRank:
    """Test whether differences lie evenly around 0; those of exactly 0 are left out.

    Exact below 50 differences without ties and zeros, as R's `wilcox.test`. If all are 0,
    the models are identical: p is 1.

    Args:
        differences: `(n_patients,)`, one for each independent patient; see `patient_means`.

    Raises:
        UndefinedMetricError: if there is no difference at all.

    References:
        Wilcoxon F. Individual comparisons by ranking methods. Biometrics Bulletin
        1945;1:80-83. Ties: Lehmann EL. Nonparametrics. Holden-Day, 1975. Section 3.2.

    Example:
        >>> signed_rank(np.array([1.0, 2, 3, 4])).p
        0.125
    """
    if not len(differences):
        raise UndefinedMetricError("needs cases that both have")
    kept = differences[differences != 0]
    if not len(kept):
        return SignedRank(0.0, 1.0, 0, "exact")
    ranks, sizes = rank(np.abs(kept))
    statistic = float(ranks[kept > 0].sum())
    whole = len(kept) == len(differences) and bool((sizes == 1).all())
    if whole and len(kept) < FEWEST_FOR_NORMAL:
        return SignedRank(statistic, exact_p(round(statistic), len(kept)), len(kept), "exact")
    return SignedRank(statistic, normal_p(statistic, len(kept), sizes), len(kept), "normal")


def rank(values: Vector) -> tuple[Vector, Vector]:
    """Return the ranks from 1, tied values sharing their mean rank, and the sizes of ties."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle = last - (counts - 1) / 2
    return middle[place], counts.astype(np.float64)


def exact_p(statistic: int, n: int) -> float:
    """Return the two-sided p of a sum of the ranks 1 to n under all 2^n patterns of signs."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for number in range(1, n + 1):
        # Halved at each step: these are probabilities, and never overflow.
        ways[number:] = (ways[number:] + ways[:-number]) / 2
        ways[:number] /= 2
    below, above = ways[: statistic + 1].sum(), ways[statistic:].sum()
    return float(min(1.0, 2 * min(below, above)))


def normal_p(statistic: float, n: int, sizes: Vector) -> float:
    """Return the two-sided p by the normal approximation, corrected for ties and continuity."""
    away = statistic - n * (n + 1) / 4
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((sizes**3 - sizes).sum()) / 48
    z = (away - np.sign(away) / 2) / sqrt(variance)
    return min(1.0, erfc(abs(z) / sqrt(2)))


def patient_means(values: Vector, patients: Sequence[str] | None) -> dict[str, float]:
    """Return the mean of each patient's cases, by patient; NaN values are left out.

    Args:
        values: `(n_cases,)`.
        patients: `(n_cases,)`; None = every case is a patient of its own, by its number.
    """
    names = [str(at) for at in range(len(values))] if patients is None else patients
    gathered: dict[str, list[float]] = {}
    for name, value in zip(names, values.tolist(), strict=True):
        if value == value:
            gathered.setdefault(name, []).append(value)
    return {name: sum(several) / len(several) for name, several in gathered.items()}

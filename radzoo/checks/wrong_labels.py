"""How many labels are wrong, by a model of their noise around what a simple model says.

Where classes overlap, a simple model errs less and less the surer it is. Where labels are wrong, it
errs in a fixed share even where it is surest. So the chance of a positive label, by the score of a
model that has not seen the patient, is fitted as a logistic curve that need not begin at 0 nor end
at 1: what is missing at either end are wrong labels. A weak model has no sure cases, and the
interval is then wide: nothing is claimed.

References:
    Northcutt CG, Jiang L, Chuang IL. Confident Learning. JAIR 2021;70:1373-1411 (count matrix).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.subject import Rows, Subject
from radzoo.core.plugins import Vector

BINS: Final = 100
DRAWS: Final = 100
MOST_WRONG: Final = 0.45
STARTS: Final = (0.0, 0.1)


@dataclass(frozen=True, slots=True)
class Noise:
    """A fitted curve.

    Attributes:
        positive_by_mistake: share of the truly negative cases that are called positive.
        negative_by_mistake: share of the truly positive ones that are called negative.
        base, steepness: of the logistic curve of the true answer by score.
    """

    positive_by_mistake: float
    negative_by_mistake: float
    base: float
    steepness: float

    def truly(self, scores: Vector) -> Vector:
        """Return the chance that a case is truly positive, by its score alone."""
        return logistic(self.base + self.steepness * scores)

    def share_wrong(self, scores: Vector, weights: Vector | None = None) -> float:
        """Return the share of wrong labels among cases with these scores."""
        truly = float(np.average(self.truly(scores), weights=weights))
        return (1 - truly) * self.positive_by_mistake + truly * self.negative_by_mistake

    def suspicion(self, scores: Vector, labels: Vector) -> Vector:
        """Return the chance of each label to be wrong."""
        ill = self.truly(scores)
        wrong = np.where(labels == 1, (1 - ill) * self.positive_by_mistake,
                         ill * self.negative_by_mistake)  # fmt: skip
        right = np.where(labels == 1, ill * (1 - self.negative_by_mistake),
                         (1 - ill) * (1 - self.positive_by_mistake))  # fmt: skip
        return np.asarray(wrong / np.maximum(wrong + right, 1e-12))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Share of wrong labels with its interval at 95 %, drawn between patients."""

    noise: Noise
    share: float
    low: float
    high: float


def logistic(values: Vector) -> Vector:
    """Return the logistic function, without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -40, 40))))


def estimate_noise(subject: Subject, scores: Vector, labels: Vector, rows: Rows) -> Estimate:
    """Fit the curve, and again to patients drawn anew.

    Args:
        subject: whose patients.
        scores: `(n,)` of these rows, by a model that has not seen the patient.
        labels: `(n,)`, 1 or 0.
        rows: the cases.
    """
    edges = np.unique(np.quantile(scores, np.linspace(0, 1, BINS + 1)[1:-1]))
    places = np.searchsorted(edges, scores, side="right")
    n_bins = len(edges) + 1
    counts = np.maximum(np.bincount(places, minlength=n_bins), 1)
    middles = np.bincount(places, scores, n_bins) / counts
    _, owners = np.unique(subject.owners[rows], return_inverse=True)
    chance = np.random.default_rng(subject.seed)
    best = fit(middles, *tallies(places, labels, np.ones(len(rows)), n_bins))
    shares = []
    for _ in range(min(DRAWS, subject.draws)):
        n_owners = int(owners.max()) + 1
        drawn = np.bincount(chance.integers(n_owners, size=n_owners), minlength=n_owners)
        ill, well = tallies(places, labels, drawn[owners].astype(np.float64), n_bins)
        shares.append(fit(middles, ill, well, best).share_wrong(middles, ill + well))
    low, high = np.quantile(shares, [0.025, 0.975])
    return Estimate(best, best.share_wrong(scores), float(low), float(high))


def tallies(
    places: NDArray[np.intp], labels: Vector, weights: Vector, n_bins: int
) -> tuple[Vector, Vector]:
    """Count positive and negative labels in each bin of scores."""
    ill = np.bincount(places, weights * labels, n_bins).astype(np.float64)
    return ill, np.asarray(np.bincount(places, weights, n_bins) - ill, dtype=np.float64)


def fit(middles: Vector, ill: Vector, well: Vector, start: Noise | None = None) -> Noise:
    """Return the likeliest curve through counts of labels by score."""
    from scipy.optimize import minimize

    odds = np.log((ill.sum() + 1) / (well.sum() + 1))
    firsts = (
        [np.array([wrong, wrong, odds, 1.0 / max(float(middles.std()), 1e-9)]) for wrong in STARTS]
        if start is None
        else [np.array([start.positive_by_mistake, start.negative_by_mistake, start.base,
                        start.steepness])]
    )  # fmt: skip
    bounds = [(0, MOST_WRONG), (0, MOST_WRONG), (None, None), (0, None)]
    best = min(
        (minimize(surprise, first, (middles, ill, well), jac=True, method="L-BFGS-B",
                  bounds=bounds) for first in firsts),
        key=lambda found: float(found.fun),
    )  # fmt: skip
    return Noise(*(float(one) for one in best.x))


def surprise(told: Vector, middles: Vector, ill: Vector, well: Vector) -> tuple[float, Vector]:
    """Return the negative log-likelihood of the counts per case, and its gradient."""
    low, lost, base, steepness = told
    truly = logistic(base + steepness * middles)
    span = 1 - low - lost
    called = np.clip(low + span * truly, 1e-9, 1 - 1e-9)
    n = float((ill + well).sum())
    value = -float(ill @ np.log(called) + well @ np.log(1 - called)) / n
    slope = -(ill / called - well / (1 - called)) / n
    inner = span * truly * (1 - truly)
    gradient = [slope @ (1 - truly), -(slope @ truly), slope @ inner, slope @ (inner * middles)]
    return value, np.array(gradient)

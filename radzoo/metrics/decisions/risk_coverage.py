"""Selective prediction: how errors fall where the least certain cases are left to a human."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector

OfMany = Callable[[Vector, Vector, Matrix], Vector]


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Errors among the cases that are kept, from the most certain one on.

    Cases of equal certainty are kept together in expectation: as if one drew among them.

    Attributes:
        coverage: `(n_cases,)`, share of cases kept, rising to 1.
        risk: `(n_cases,)`, share of errors among them.
        aurc: mean of `risk` (area under the risk-coverage curve).
        augrc: mean of errors kept over all cases (area under the generalized curve).
        optimal_aurc: `aurc` if every error were less certain than every right call.
    """

    coverage: Vector
    risk: Vector
    aurc: float
    augrc: float
    optimal_aurc: float

    def risk_at(self, coverage: float) -> float:
        """Return the share of errors where the most certain `coverage` of cases is kept."""
        kept = max(1, round(coverage * len(self.risk)))
        return float(self.risk[kept - 1])

    def coverage_at(self, risk: float) -> float:
        """Return the largest share of cases that can be kept with at most this risk."""
        kept = np.flatnonzero(self.risk <= risk + 1e-12)
        return float(self.coverage[kept[-1]]) if kept.size else 0.0


def risk_coverage(errors: Vector, certainty: Vector) -> RiskCoverage:
    """Draw the risk-coverage curve.

    Args:
        errors: `(n_cases,)`, 1 = wrongly called, 0 = rightly.
        certainty: `(n_cases,)`, higher = kept longer; any scale.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Geifman Y, Uziel G, El-Yaniv R. Bias-reduced uncertainty estimation for deep neural
        classifiers. ICLR 2019. Section 2 (AURC).
        Traub J et al. Overcoming common flaws in the evaluation of selective classification
        systems. NeurIPS 2024. Equation 5 (AUGRC).

    Example:
        >>> found = risk_coverage(np.array([0.0, 1, 0, 0]), np.array([0.9, 0.6, 0.8, 0.7]))
        >>> found.risk.tolist(), found.augrc
        ([0.0, 0.0, 0.0, 0.25], 0.0625)
    """
    if not errors.size:
        raise UndefinedMetricError("needs a case")
    order = np.argsort(-certainty, kind="stable")
    shared = share_ties(errors[order], certainty[order])
    kept = np.arange(1.0, len(errors) + 1)
    wrong = np.cumsum(shared)
    best = np.cumsum(np.sort(errors))
    risk = wrong / kept
    return RiskCoverage(
        coverage=kept / len(errors),
        risk=risk,
        aurc=float(risk.mean()),
        augrc=float(wrong.mean() / len(errors)),
        optimal_aurc=float((best / kept).mean()),
    )


def share_ties(errors: Vector, certainty: Vector) -> Vector:
    """Spread the errors of equally certain cases evenly among them; rows by falling certainty."""
    starts = find_starts(certainty)
    shares = np.add.reduceat(errors, starts) / np.diff(np.append(starts, len(errors)))
    return np.repeat(shares, np.diff(np.append(starts, len(errors))))


def find_starts(certainty: Vector) -> NDArray[np.intp]:
    """Return where each run of equal values begins."""
    return np.flatnonzero(np.append(True, certainty[1:] != certainty[:-1]))


def certainty_of(scores: Vector, threshold: float) -> Vector:
    """Return how far scores lie from the threshold: on the logit if they can be probabilities.

    At a threshold of 0.5 this ranks cases as `max(p, 1 - p)` does.
    """
    if scores.size and scores.min() >= 0 and scores.max() <= 1 and 0 < threshold < 1:
        if threshold == 0.5:
            return np.maximum(scores, 1 - scores)
        with np.errstate(divide="ignore"):
            logits = np.log(scores) - np.log1p(-scores)
        return np.asarray(np.abs(logits - np.log(threshold / (1 - threshold))))
    return np.asarray(np.abs(scores - threshold))


def selective_metrics(coverages: tuple[float, ...] = (0.8, 0.9)) -> list[Metric]:
    """Return AURC, AUGRC and risks at coverages as metrics of `(errors, certainty)`."""

    def risk_at(share: float) -> OfMany:
        return lambda errors, certainty, weights: risk_of_many(errors, certainty, weights, share)

    return [
        make_metric("aurc", lambda *cases: summarise(*cases)["aurc"]),
        make_metric("augrc", lambda *cases: summarise(*cases)["augrc"]),
        *[make_metric(f"risk_at_coverage_{round(100 * one)}", risk_at(one)) for one in coverages],
    ]


def make_metric(name: str, of_many: OfMany) -> Metric:
    """Return a metric that is computed for many weights at once, or for one."""

    def compute(errors: Vector, certainty: Vector, weights: Vector | None = None) -> float:
        if not errors.size:
            raise UndefinedMetricError("needs a case")
        times = np.ones_like(errors) if weights is None else weights
        return float(of_many(errors, certainty, times[None])[0])

    def many(errors: Vector, certainty: Matrix) -> Many:
        return lambda weights: of_many(errors, certainty, weights)

    return Metric(
        name=name,
        compute=compute,
        tasks=frozenset(),
        higher_is_better=False,
        reads="values",
        many=many,
    )


def gather(errors: Vector, certainty: Vector, weights: Matrix) -> tuple[Matrix, Matrix]:
    """Return cases and errors of each run of equal certainty, by falling certainty, per draw."""
    order = np.argsort(-certainty, kind="stable")
    starts = find_starts(certainty[order])
    ordered = weights[:, order]
    counts = np.add.reduceat(ordered, starts, axis=1)
    wrong = np.add.reduceat(ordered * errors[order], starts, axis=1)
    return counts, wrong


def summarise(errors: Vector, certainty: Vector, weights: Matrix) -> dict[str, Vector]:
    """Compute AURC and AUGRC for many whole-number weights `(n_draws, n_cases)` at once.

    Within a run of g equally certain cases with e errors, after W cases with E errors, the
    expected risks are (E + j e / g) / (W + j): their sum has a closed form in harmonic numbers.
    """
    counts, wrong = gather(errors, certainty, weights)
    total = counts.sum(axis=1)
    before, wrong_before = np.cumsum(counts, axis=1) - counts, np.cumsum(wrong, axis=1) - wrong
    largest = int(total.max())
    harmonic = np.append(0.0, np.cumsum(1.0 / np.arange(1, largest + 1)))
    first, last = before.astype(np.intp), (before + counts).astype(np.intp)
    rate = np.divide(wrong, counts, out=np.zeros_like(wrong), where=counts > 0)
    risks = wrong + (wrong_before - before * rate) * (harmonic[last] - harmonic[first])
    kept = counts * wrong_before + rate * counts * (counts + 1) / 2
    return {"aurc": risks.sum(axis=1) / total, "augrc": kept.sum(axis=1) / total**2}


def risk_of_many(errors: Vector, certainty: Vector, weights: Matrix, coverage: float) -> Vector:
    """Compute the risk at a coverage for many weights `(n_draws, n_cases)`."""
    counts, wrong = gather(errors, certainty, weights)
    kept = np.cumsum(counts, axis=1)
    wanted = np.maximum(1.0, np.round(coverage * kept[:, -1]))
    at = (kept < wanted[:, None]).sum(axis=1)
    rows = np.arange(len(kept))
    inside = wanted - (kept[rows, at] - counts[rows, at])
    errors_kept = np.cumsum(wrong, axis=1)[rows, at] - wrong[rows, at]
    rate = wrong[rows, at] / counts[rows, at]
    return np.asarray((errors_kept + inside * rate) / wanted)

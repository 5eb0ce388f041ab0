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
    """Return AURC, AUGRC and risks at coverages as metrics of `(errors, certainty)`.

    They share what is costly, the cases and errors of each run of equal certainty.
    """
    runs = SharedRuns()

    def risk_at(share: float) -> OfMany:
        return lambda *cases: risk_of_many(runs(*cases), share)

    return [
        make_metric("aurc", lambda *cases: mean_risk(runs(*cases))),
        make_metric("augrc", lambda *cases: mean_errors(runs(*cases))),
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


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of equal certainty, by falling certainty; every array is `(n_draws, n_runs)`.

    Attributes:
        counts, wrong: cases and errors in each run.
        kept, kept_wrong: cases and errors up to the end of each run.
    """

    counts: Matrix
    wrong: Matrix
    kept: Matrix
    kept_wrong: Matrix


def gather(errors: Vector, certainty: Vector, weights: Matrix) -> Runs:
    """Count the cases and errors of each run for many weights `(n_draws, n_cases)`."""
    order = np.argsort(-certainty, kind="stable")
    starts = find_starts(certainty[order])
    counts = weights[:, order]
    wrong = counts * errors[order]
    if len(starts) < len(order):
        counts = np.add.reduceat(counts, starts, axis=1)
        wrong = np.add.reduceat(wrong, starts, axis=1)
    return Runs(counts, wrong, np.cumsum(counts, axis=1), np.cumsum(wrong, axis=1))


class SharedRuns:
    """Gathers once for all metrics that are asked of the same weights in turn."""

    def __init__(self) -> None:
        self._asked: tuple[Vector, Vector, Matrix] | None = None
        self._runs: Runs | None = None

    def __call__(self, errors: Vector, certainty: Vector, weights: Matrix) -> Runs:
        """Return the runs of these weights."""
        asked = (errors, certainty, weights)
        if self._asked is None or any(
            one is not other for one, other in zip(self._asked, asked, strict=True)
        ):
            self._asked, self._runs = asked, gather(errors, certainty, weights)
        if self._runs is None:
            raise ValueError("nothing was gathered")
        return self._runs


def mean_risk(runs: Runs) -> Vector:
    """Compute AURC; the weights must be whole numbers.

    Within a run of g equally certain cases with e errors, after W cases with E errors, the
    expected risks are (E + j e / g) / (W + j): their sum has a closed form in harmonic numbers.
    """
    before, wrong_before = runs.kept - runs.counts, runs.kept_wrong - runs.wrong
    total = runs.kept[:, -1]
    harmonic = np.append(0.0, np.cumsum(1.0 / np.arange(1, int(total.max()) + 1)))
    sums = harmonic[runs.kept.astype(np.intp)] - harmonic[before.astype(np.intp)]
    risks = runs.wrong + (wrong_before - before * rate(runs)) * sums
    return np.asarray(risks.sum(axis=1) / total)


def mean_errors(runs: Runs) -> Vector:
    """Compute AUGRC."""
    wrong_before = runs.kept_wrong - runs.wrong
    kept = runs.counts * wrong_before + runs.wrong * (runs.counts + 1) / 2
    return np.asarray(kept.sum(axis=1) / runs.kept[:, -1] ** 2)


def rate(runs: Runs) -> Matrix:
    """Return the share of errors in each run; 0 in an empty one."""
    return np.divide(runs.wrong, runs.counts, out=np.zeros_like(runs.wrong), where=runs.counts > 0)


def risk_of_many(runs: Runs, coverage: float) -> Vector:
    """Compute the risk at a coverage."""
    wanted = np.maximum(1.0, np.round(coverage * runs.kept[:, -1]))
    at = (runs.kept < wanted[:, None]).sum(axis=1)
    rows = np.arange(len(at))
    counts, wrong = runs.counts[rows, at], runs.wrong[rows, at]
    inside = wanted - (runs.kept[rows, at] - counts)
    return np.asarray((runs.kept_wrong[rows, at] - wrong + inside * wrong / counts) / wanted)

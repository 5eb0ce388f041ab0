"""RZ022: a finding is more common in one split, site or year than in another."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL, count_patients
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Rows, Subject
from radzoo.core.case import SPLITS
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Vector
from radzoo.metrics.intervals.normal import critical_value

WARNING, ERROR = 1.5, 3.0
FEWEST: Final = 20
Z: Final = 1.959963984540054
STEPS: Final = 1000


def examine(subject: Subject) -> Outcome:
    """Compare how common each answer is in training, validation and test."""
    parts: dict[str, Rows] = {split: subject.rows_of(split) for split in SPLITS}
    parts = {split: rows for split, rows in parts.items() if len(rows)}
    if len(parts) < 2:
        return Silent("not applicable", "the cases are not split")
    found = [judge(subject, at, parts) for at in range(len(subject.questions))]
    told = [verdict for verdict in found if verdict is not None]
    return told or Silent("cannot judge", f"fewer than two splits have {FEWEST} labelled cases")


def judge(subject: Subject, at: int, parts: Mapping[str, Rows]) -> Verdict | None:
    """Say of one question how far splits differ; None = too few cases."""
    question = subject.questions[at]
    shown: list[dict[str, Value]] = []
    shares: dict[str, tuple[float, float]] = {}
    for split, rows in parts.items():
        known = rows[question.known[rows]]
        if len(known) < FEWEST:
            continue
        share, error = share_of(subject, question.positive, known)
        shares[split] = (share, error)
        shown.append({"split": split, "prevalence": share, "low": max(0.0, share - Z * error),
                      "high": min(1.0, share + Z * error), "n": len(known)})  # fmt: skip
    if len(shares) < 2:
        return None
    ratio, low, high, pair = widest_ratio(shares)
    facts: dict[str, Value] = {"splits": " and ".join(pair)}
    facts |= deployment(subject, at, parts)
    evidence = Evidence(
        n=int(sum(int(row["n"] or 0) for row in shown)),
        n_patients=count_patients(subject, np.flatnonzero(question.known)),
        measure="ratio of prevalences (of the answer it is larger for)", estimate=ratio, low=low,
        high=high, level=LEVEL, method="log-wald", facts=facts, rows=shown,
    )  # fmt: skip
    quoted = subject.model is not None and subject.model.thresholds is not None
    severity: Severity | None = None
    if low > 1 and ratio > WARNING:
        severity = "error" if ratio > ERROR and quoted else "warning"
    told = ", ".join(f"{row['split']} {float(row['prevalence'] or 0):.2f}" for row in shown)
    message = f"the share of positive cases differs between splits: {told}"
    if severity is None:
        message = f"the share of positive cases is alike in all splits: {told}"
    return Verdict(severity, message, evidence, label=question.name)


def share_of(subject: Subject, positive: Vector, rows: Rows) -> tuple[float, float]:
    """Return the share of positive cases and its standard error between patients."""
    share = float(positive[rows].mean())
    _, place = np.unique(subject.owners[rows], return_inverse=True)
    sums = np.bincount(place, positive[rows] - share)
    n_owners = len(sums)
    error = np.sqrt(n_owners / max(1, n_owners - 1) * float(sums @ sums)) / len(rows)
    return share, float(error)


def widest_ratio(
    shares: Mapping[str, tuple[float, float]],
) -> tuple[float, float, float, tuple[str, str]]:
    """Return the ratio of either answer between two splits that is surest to be large.

    Half a percent is added to every share, so that none is 0. The intervals hold for all pairs
    of splits together (Bonferroni).
    """
    names = list(shares)
    reach = critical_value(1 - (1 - LEVEL) / max(1, len(names) * (len(names) - 1) // 2))
    best: tuple[float, float, float, tuple[str, str]] = (1.0, 0.0, np.inf, ("", ""))
    for first in names:
        for second in names:
            for turned in (False, True):
                (a, error_a), (b, error_b) = shares[first], shares[second]
                a, b = (1 - a, 1 - b) if turned else (a, b)
                a, b = a + 0.005, b + 0.005
                width = reach * np.hypot(error_a / a, error_b / b)
                if first != second and a / b * np.exp(-width) > best[1]:
                    best = (a / b, a / b * np.exp(-width), a / b * np.exp(width), (first, second))
    ratio, low, high, pair = best
    return float(ratio), float(low), float(high), pair


def deployment(subject: Subject, at: int, parts: Mapping[str, Rows]) -> dict[str, Value]:
    """Return the prevalence of test that the scores alone speak of, if a model gave any.

    References:
        Saerens M, Latinne P, Decaestecker C. Neural Computation 2002;14:21-41.
    """
    if subject.model is None or "train" not in parts or "test" not in parts:
        return {}
    scores = subject.model.scores[parts["test"], at]
    scores = scores[~np.isnan(scores)]
    train = subject.questions[at].positive[parts["train"]]
    before = float(np.nanmean(train)) if np.isfinite(train).any() else 0.0
    if not len(scores) or scores.min() < 0 or scores.max() > 1 or not 0 < before < 1:
        return {}
    return {"prevalence_by_scores": adapt(scores, before)}


def adapt(scores: NDArray[np.float64], before: float) -> float:
    """Return the prevalence at which probabilities, learnt at another, agree with themselves."""
    now = before
    for _ in range(STEPS):
        ill = scores * now / before
        well = (1 - scores) * (1 - now) / (1 - before)
        total = ill + well
        after = float(np.mean(np.divide(ill, total, out=np.full_like(ill, now), where=total > 0)))
        if abs(after - now) < 1e-9:
            break
        now = after
    return now


CHECK = Check(
    code="RZ022",
    trap="P1",
    title="another prevalence",
    family="data",
    action="quote predictive values at the prevalence where the model will serve (radzoo evaluate "
    "--prevalence 0.05), and recalibrate there: --recalibrate platt --on VAL",
    not_shown="that splits are alike does not say that the clinic is",
    references=(
        Reference(
            source="Godau P et al. Medical Image Analysis 2025 (MICCAI 2023)",
            finding="over 30 tasks a change of prevalence spoilt calibration, thresholds and the "
            "figures reported",
        ),
    ),
    needs=frozenset({"questions"}),
    examine=examine,
)

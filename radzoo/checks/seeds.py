"""RZ043: the same recipe with another seed calls other patients ill."""

from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL, area, enough
from radzoo.checks.asking import asked_rows, drawn, relearning_s
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix, Vector

SEEDS: Final = 3
WARNING, ERROR = 0.10, 0.25


def examine(subject: Subject) -> Outcome:
    """Teach the network with three further seeds, and count whose call changes."""
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    if network.relearn is None:
        return Silent("cannot judge", "the network cannot be taught anew here")
    train, val, test = (
        asked_rows(subject, split, most=subject.n) for split in ("train", "val", "test")
    )
    if not len(train) or not len(val):
        return Silent("cannot judge", "there is no training or no validation split")
    positive = np.stack([one.positive for one in subject.questions], axis=1)
    if not any(enough(subject, one.positive, test) for one in subject.questions):
        return Silent("cannot judge", "the test split has fewer than 10 patients of a class")
    runs = [network.relearn(positive, train, val, subject.seed + 1 + at) for at in range(SEEDS)]
    return [
        judge(subject, at, runs, val, test)
        for at, one in enumerate(subject.questions)
        if enough(subject, one.positive, test)
    ]


def judge(subject: Subject, at: int, runs: list[Matrix], val: Rows, test: Rows) -> Verdict:
    """Say of one question how far networks of other seeds disagree."""
    question = subject.questions[at]
    shown: list[dict[str, Value]] = []
    calls = []
    for number, scores in enumerate(runs):
        one = area(subject, question.positive, scores[:, at], test)
        assert one is not None
        shown.append({"seed": subject.seed + 1 + number, "auroc": one.estimate, "low": one.low,
                      "high": one.high})  # fmt: skip
        calls.append(scores[test, at] >= best_threshold(question.positive[val], scores[val, at]))
    told = np.stack(calls)
    known = ~np.isnan(np.stack([scores[test, at] for scores in runs])).any(axis=0)
    differs = np.asarray(told[:, known].any(axis=0) & ~told[:, known].all(axis=0))
    flipped = drawn(subject, test[known], lambda rows: float(differs[rows].mean()))
    areas = [float(row["auroc"] or 0) for row in shown]
    per_image = float(np.std([scores[test, at][known] for scores in runs], axis=0).mean())
    evidence = Evidence(
        n=int(known.sum()), measure="share of test cases whose call changes",
        estimate=flipped.estimate, low=flipped.low, high=flipped.high, level=LEVEL,
        method="percentile",
        facts={"sd_auroc": float(np.std(areas, ddof=1)), "mean_sd_of_score": per_image,
               "kappa": mean_kappa(told[:, known]), "seeds": SEEDS},
        rows=shown,
    )  # fmt: skip
    severity: Severity | None = None
    if flipped.low > WARNING:
        severity = "error" if flipped.low > ERROR else "warning"
    message = (
        f"{flipped.estimate:.0%} of the test cases ({flipped.low:.0%} to {flipped.high:.0%}) are "
        "called differently by networks that differ in their seed alone "
        f"(AUROC {min(areas):.3f} to {max(areas):.3f})"
    )
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def mean_kappa(calls: NDArray[np.bool_]) -> float:
    """Return the mean of Cohen's kappa over all pairs of rows `(n_runs, n_cases)`.

    Runs that agree on every case with one and the same answer have a kappa of 1.
    """
    pairs = []
    for one, other in combinations(calls, 2):
        agreed = float((one == other).mean())
        p, q = float(one.mean()), float(other.mean())
        by_chance = p * q + (1 - p) * (1 - q)
        pairs.append(1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance))
    return float(np.mean(pairs))


def best_threshold(positive: Vector, scores: Vector) -> float:
    """Return the threshold with the highest sum of sensitivity and specificity on validation.

    Without a case it is 0.5.
    """
    known = ~np.isnan(positive) & ~np.isnan(scores)
    positive, scores = positive[known], scores[known]
    if not len(scores):
        return 0.5
    order = np.argsort(-scores, kind="stable")
    n_positive = max(1.0, positive.sum())
    n_negative = max(1.0, len(positive) - positive.sum())
    gained = np.cumsum(positive[order] / n_positive - (1 - positive[order]) / n_negative)
    last = np.append(scores[order][1:] != scores[order][:-1], True)
    return float(scores[order][np.argmax(np.where(last, gained, -np.inf))])


CHECK = Check(
    code="RZ043",
    trap="U1",
    title="another seed, another answer",
    family="testing",
    action="average networks of several seeds (radzoo finetune --folds 5 and radzoo predict over "
    "all of them), and report the spread",
    not_shown="three seeds, each taught for ten epochs at most; other recipes may differ more",
    references=(
        Reference(
            source="Zech JR et al. 2019 (arXiv:1912.03606)",
            finding="over 50 seeds the coefficient of variation of a probability was 0.543; the "
            "mean of ten networks varied far less",
        ),
        Reference(
            source="D'Amour A et al. 2020 (arXiv:2011.03395)",
            finding="networks of equal test score differ in how they fail elsewhere",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    slow=True,
    examine=examine,
    expected_s=lambda subject: relearning_s(subject, SEEDS),
)

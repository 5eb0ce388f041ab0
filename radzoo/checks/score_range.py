"""RZ054: scores are constant, turned round, missing, or no probabilities."""

from typing import Final

import numpy as np

from radzoo.checks.area import area
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Rows, Subject
from radzoo.checks.wording import sure_low
from radzoo.core.finding import Evidence, Reference, Severity

MISSING: Final = 0.05


def examine(subject: Subject) -> Outcome:
    """Look at the scores of the test cases, or of all where there is no split."""
    assert subject.model is not None
    rows = subject.rows_of("test") if len(subject.rows_of("test")) else np.arange(subject.n)
    asked = rows[~np.isnan(subject.model.scores[rows]).all(axis=1)]
    if not len(asked):
        return Silent("cannot judge", "no case has a score")
    return [judge(subject, at, asked) for at in range(len(subject.questions))]


def judge(subject: Subject, at: int, rows: Rows) -> Verdict:
    """Say of one question the first thing that is wrong with its scores."""
    assert subject.model is not None
    question, scores = subject.questions[at], subject.model.scores[rows, at]
    known = scores[~np.isnan(scores)]
    told = area(subject, question.positive, subject.model.scores[:, at], rows)
    evidence = told or Evidence(n=len(known))
    evidence = evidence.model_copy(
        update={"facts": {
            "lowest": float(known.min()) if len(known) else None,
            "highest": float(known.max()) if len(known) else None,
            "distinct": len(np.unique(known)), "missing": len(scores) - len(known),
        }}
    )  # fmt: skip
    severity: Severity | None = None
    message = f"scores range from {known.min():.3g} to {known.max():.3g}" if len(known) else ""
    missing = 1 - len(known) / len(scores)
    if len(np.unique(known)) < 2:
        severity = "error"
        message = "all cases have the same score" if len(known) else "no case has a score"
    elif told is not None and surely_turned(told, len(subject.questions)):
        severity = "error"
        message = (
            f"scores are turned round: AUROC {told.estimate:.2f} ({told.low:.2f} to "
            f"{told.high:.2f}), so higher scores mean fewer findings"
        )
    elif subject.reads in ("labels", "class") and (known.min() < 0 or known.max() > 1):
        severity = "warning"
        message = (
            f"scores range from {known.min():.3g} to {known.max():.3g}: they are no probabilities, "
            "and nothing can be said of calibration"
        )
    elif missing > MISSING:
        severity = "warning"
        message = f"{missing:.0%} of the cases have no score"
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def surely_turned(told: Evidence, looked_at: int) -> bool:
    """Is AUROC below 0.5, were each of so many labels looked at?"""
    if told.estimate is None or told.low is None or told.high is None:
        return False
    mirrored = {"estimate": 1 - told.estimate, "low": 1 - told.high, "high": 1 - told.low}
    return sure_low(told.model_copy(update=mirrored), looked_at) > 0.5


CHECK = Check(
    code="RZ054",
    trap="I1",
    title="scores that cannot be what they are called",
    family="pixels",
    action="see which column is the score and which value is positive (--score, --positive), and "
    "whether images were inverted",
    not_shown="scores that merely rank badly are not found",
    references=(
        Reference(
            source="Robin X et al. BMC Bioinformatics 2011;12:77",
            finding="a ROC curve has a direction; programs that choose it by the data hide that "
            "scores are turned round",
        ),
    ),
    needs=frozenset({"scores", "questions"}),
    cheap=True,
    examine=examine,
)

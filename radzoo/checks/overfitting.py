"""RZ030: the model knows the training cases better than new ones."""

import numpy as np

from radzoo.checks.area import LEVEL, area, enough
from radzoo.checks.asking import AT_ONCE, MOST_ASKED, asked_rows, asking_s, gap_of
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Vector

WARNING, ERROR = 0.05, 0.15


def examine(subject: Subject) -> Outcome:
    """Compare the AUROC of training cases with that of validation."""
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    train, val = asked_rows(subject, "train"), subject.rows_of("val")
    if not len(train) or not len(val):
        return Silent("cannot judge", "there is no training or no validation split")
    said = network.ask(train, network.take(train), AT_ONCE, "serving")
    found, tests = [], len(subject.questions)
    for at, question in enumerate(subject.questions):
        scores = subject.model.scores[:, at].copy()
        scores[train] = said[:, at]
        asked = val[~np.isnan(scores[val])]
        if enough(subject, question.positive, train) and enough(subject, question.positive, asked):
            found.append(judge(subject, question, scores, train, val, tests))
    return found or Silent("cannot judge", "a split has fewer than 10 patients of a class")


def judge(
    subject: Subject, question: Question, scores: Vector, train: Rows, val: Rows, tests: int
) -> Verdict:
    """Say how far training is ahead of validation, for one question of so many."""
    ahead, behind = (area(subject, question.positive, scores, rows) for rows in (train, val))
    assert ahead is not None
    assert behind is not None
    assert ahead.estimate is not None
    assert behind.estimate is not None
    gap = gap_of(ahead, behind, tests)
    rows: list[dict[str, Value]] = [
        {"split": split, "auroc": one.estimate, "low": one.low, "high": one.high, "n": one.n}
        for split, one in (("train", ahead), ("val", behind))
    ]
    evidence = Evidence(
        n=ahead.n + behind.n, measure="AUROC of training minus validation", estimate=gap.estimate,
        low=gap.low, high=gap.high, level=LEVEL, method="mover", rows=rows,
        facts=late_loss(subject),
    )  # fmt: skip
    severity: Severity | None = None
    if gap.low > WARNING:
        severity = "error" if gap.low > ERROR else "warning"
    message = (
        f"AUROC is {ahead.estimate:.3f} on training and {behind.estimate:.3f} on validation cases: "
        f"{gap.estimate:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})"
    )
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def late_loss(subject: Subject) -> dict[str, Value]:
    """Return how far the validation loss rose again after its lowest point."""
    assert subject.model is not None
    losses = subject.model.history.get("val_loss")
    if losses is None or not np.isfinite(losses).any():
        return {}
    lowest = float(np.nanmin(losses))
    return {"lowest_val_loss": lowest, "last_val_loss": float(losses[-1])}


CHECK = Check(
    code="RZ030",
    trap="O1",
    title="overfitting",
    family="model",
    action="regularise more (weight decay, dropout, augmentation, fewer trained layers), or get "
    "more patients: radzoo learning-curve says whether that would help",
    not_shown="a gap does not make the test result wrong; validation, which chose the epoch, is "
    "itself a little too good",
    references=(
        Reference(
            source="Zhang C et al. ICLR 2017",
            finding="networks can learn even random labels of their training images by heart",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    examine=examine,
    expected_s=lambda subject: asking_s(subject, MOST_ASKED),
)

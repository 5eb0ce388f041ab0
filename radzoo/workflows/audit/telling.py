"""From what checks say to findings: adjusted for their number, sorted, named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from radzoo.checks.check import SURE, Check, Needs, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import MOST_CASES, Finding, NotApplicable, Passed
from radzoo.metrics.comparisons.multiplicity import adjust

MISSING: dict[Needs, Silent] = {
    "headers": Silent("cannot judge", "nothing is known of the cases but path and target"),
    "pictures": Silent("cannot judge", "no images of one plane could be looked at"),
    "pixels": Silent("cannot judge", "the pixels as they are stored were not looked at"),
    "questions": Silent("not applicable", "the task has no answer per case"),
    "scores": Silent("not applicable", "no model was given"),
    "network": Silent("not applicable", "no network was given that could be asked"),
}


@dataclass(frozen=True, slots=True)
class Examined:
    """One check and what it said."""

    check: Check
    outcome: Outcome
    seconds: float


def examine(check: Check, subject: Subject) -> Outcome:
    """Let a check look, unless what it needs is not there."""
    return missing_of(check, subject) or check.examine(subject)


def missing_of(check: Check, subject: Subject) -> Silent | None:
    """Return why a check cannot look; None if it can."""
    there: dict[Needs, bool] = {
        "headers": bool(subject.columns),
        "pictures": subject.pictures is not None and bool(subject.pictures.read.any()),
        "pixels": bool(subject.pixels),
        "questions": bool(subject.questions),
        "scores": subject.model is not None,
        "network": subject.model is not None and subject.model.network is not None,
    }
    return next(
        (why for need, why in MISSING.items() if need in check.needs and not there[need]), None
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the report says of the checks."""

    findings: list[Finding]
    passed: list[Passed]
    silent: list[NotApplicable]
    warnings: list[str]


def tell(examined: Sequence[Examined], subject: Subject, accepted: dict[str, str]) -> Told:
    """Sort what checks said, after Holm's adjustment over all of their tests."""
    silent = [
        NotApplicable(
            code=one.check.code, trap=one.check.trap, title=one.check.title,
            kind=one.outcome.kind, why=one.outcome.why,
        )
        for one in examined if isinstance(one.outcome, Silent)
    ]  # fmt: skip
    said = [
        (one.check, verdict)
        for one in examined if not isinstance(one.outcome, Silent)
        for verdict in one.outcome
    ]  # fmt: skip
    adjusted = adjust([verdict.evidence.p for _, verdict in said], "holm")
    findings, passed = [], []
    for (check, verdict), p in zip(said, adjusted, strict=True):
        evidence = verdict.evidence.model_copy(update={"p_adjusted": p})
        verdict = replace(verdict, evidence=evidence)
        if verdict.severity is None or (p is not None and p >= SURE):
            passed.append(as_passed(check, verdict))
        else:
            findings.append(as_finding(check, verdict, subject, accepted.get(check.code)))
    found = {finding.code for finding in findings}
    warnings = [
        f"{code} was accepted, and nothing was found" for code in accepted if code not in found
    ]
    return Told(findings, passed, silent, warnings)


def as_passed(check: Check, verdict: Verdict) -> Passed:
    """Say that nothing was found."""
    message = verdict.message
    if verdict.severity is not None:
        message += "; with so many tests this may be chance"
    return Passed(
        code=check.code, trap=check.trap, title=check.title, claim=verdict.claim,
        label=verdict.label, message=message, evidence=verdict.evidence,
    )  # fmt: skip


def as_finding(check: Check, verdict: Verdict, subject: Subject, accepted: str | None) -> Finding:
    """Say what was found."""
    assert verdict.severity is not None
    return Finding(
        code=check.code, trap=check.trap, severity=verdict.severity, family=check.family,
        title=check.title, claim=verdict.claim, label=verdict.label, message=verdict.message,
        action=verdict.action or check.action, evidence=verdict.evidence,
        not_shown=check.not_shown,
        case_ids=[subject.cases[row].case_id for row in verdict.rows[:MOST_CASES]],
        n_case_ids=len(verdict.rows), docs=check.docs, references=list(check.references),
        accepted=accepted,
    )  # fmt: skip

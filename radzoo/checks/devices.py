"""RZ014: tubes, drains and pacemakers go with the answer."""

import re
from typing import Final

import numpy as np

from radzoo.checks.area import enough
from radzoo.checks.association import Association, Flags, odds_ratio
from radzoo.checks.check import SURE, Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.finding import Reference, Severity, Value
from radzoo.metrics.comparisons.multiplicity import adjust

WARNING: Final = 3.0
FEWEST: Final = 5
DEVICE: Final = re.compile(
    r"(^|[_ ])(devices?|tubes?|drains?|chest_?drain|pacemaker|icd|catheters?|cvc|picc|ecmo|"
    r"hardware|implants?|prosthes[ie]s|stent|clips?|wires?|electrodes?|leads?|port)($|[_ ])"
)
NO: Final = frozenset({"0", "0.0", "no", "n", "none", "false", "absent", "negative", "f"})
UNKNOWN: Final = frozenset({"", "-1", "-1.0", "nan", "na", "n/a", "unknown", "?"})


def examine(subject: Subject) -> Outcome:
    """Compare how often the answer is yes with and without each device."""
    devices = devices_of(subject)
    if not devices:
        return Silent("not applicable", "no column or label names a tube, drain or other device")
    found: list[tuple[Question, str, Association]] = []
    for question in subject.questions:
        if DEVICE.search(fold(question.name)):
            continue
        for name, (there, rows) in devices.items():
            known = rows[~np.isnan(question.positive[rows])]
            one = judge(subject, question, there, known)
            if one:
                found.append((question, name, one))
    if not found:
        return Silent("cannot judge", "too few patients with and without a device or the answer")
    adjusted = adjust([one.p for _, _, one in found], "holm")
    return [verdict_of(question, found, adjusted) for question in asked(found)]


def devices_of(subject: Subject) -> dict[str, tuple[Flags, Rows]]:
    """Return of each device which cases show it, and the cases where that is known."""
    found = {}
    for name, said in subject.columns.items():
        if DEVICE.search(name):
            words = [word.strip().casefold() for word in said]
            there = np.array([word not in NO | UNKNOWN for word in words])
            found[name] = there, np.flatnonzero([word not in UNKNOWN for word in words])
            if "" in words and not any(word in NO for word in words):
                found[name] = there, np.arange(subject.n)  # noted where seen, else blank
    for question in subject.questions:
        if DEVICE.search(fold(question.name)):
            found[question.name] = question.positive == 1, np.flatnonzero(question.known)
    return found


def fold(name: str) -> str:
    """Return a label as columns are called: `Support Devices` is `support_devices`."""
    return "_".join(name.casefold().split())


def judge(subject: Subject, question: Question, there: Flags, rows: Rows) -> Association | None:
    """Return how a device goes with an answer; None if there are too few cases."""
    few = min(len(np.unique(subject.owners[rows[group]])) for group in (there[rows], ~there[rows]))
    if few < FEWEST or not enough(subject, question.positive, rows):
        return None
    return odds_ratio(subject, question.positive, there, rows)


def asked(found: list[tuple[Question, str, Association]]) -> list[Question]:
    """Return the questions about which something is known, each once."""
    return list({question.name: question for question, _, _ in found}.values())


def verdict_of(
    question: Question, found: list[tuple[Question, str, Association]], adjusted: list[float | None]
) -> Verdict:
    """Say of one question which device goes with it most."""
    mine = [
        (name, one, p)
        for (other, name, one), p in zip(found, adjusted, strict=True)
        if other is question
    ]
    name, worst, p = max(mine, key=lambda item: ((item[2] or 1.0) < SURE, item[1].strength))
    rows: list[dict[str, Value]] = [
        {"device": device, "estimate": one.odds_ratio, "low": one.low, "high": one.high, "n": one.n}
        for device, one, _ in mine
    ]
    severity: Severity | None = "warning" if worst.strength > WARNING else None
    evidence = worst.evidence(p).model_copy(update={"rows": rows, "facts": {"device": name}})
    odds = f"odds ratio {worst.odds_ratio:.1f} ({worst.low:.1f} to {worst.high:.1f})"
    if severity:
        message = (
            f"images with `{name}` are {'more' if worst.odds_ratio > 1 else 'less'} often "
            f"'{question.name}': {odds}; a network may see the device instead of the disease"
        )
    else:
        message = f"no device goes much with '{question.name}': of `{name}` {odds}"
    return Verdict(severity, message, evidence, label=question.name, claim="data")


CHECK = Check(
    code="RZ014",
    trap="S3",
    title="devices tell the answer",
    family="shortcut",
    action="report AUROC with and without the device (radzoo evaluate RUN --by device), and train "
    "with untreated cases",
    not_shown="that a network sees the device: report its AUROC in the images without; devices "
    "that nobody noted are not found",
    references=(
        Reference(
            source="Rueckel J et al. Investigative Radiology 2020;55:792-798",
            finding="chest tubes could take all discrimination of pneumothorax from an algorithm "
            "in subgroups",
        ),
    ),
    needs=frozenset({"questions"}),
    examine=examine,
)

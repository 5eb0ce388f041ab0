"""RZ031: too few cases with, or without, the finding to say how good a model is."""

import math
from typing import Final

import numpy as np

from radzoo.checks.area import area
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value

FEWEST, FEW = 10, 50
WIDE: Final = 0.05
ASSUMED: Final = 0.85
Z: Final = 1.959963984540054


def examine(subject: Subject) -> Outcome:
    """Count patients with and without each finding in the test split, or in all where none is."""
    split = "test" if len(subject.rows_of("test")) else ""
    rows = subject.rows_of("test") if split else np.arange(subject.n)
    if not len(rows):
        return Silent("not applicable", "there are no cases")
    return [judge(subject, at, rows, split) for at in range(len(subject.questions))]


def judge(subject: Subject, at: int, rows: Rows, split: str) -> Verdict:
    """Say of one question how far apart the ends of an interval will be."""
    question = subject.questions[at]
    counts = {}
    for answer in (0.0, 1.0):
        counts[answer] = len(np.unique(subject.owners[rows[question.positive[rows] == answer]]))
    fewer = int(min(counts.values()))
    which = "positive" if counts[1.0] <= counts[0.0] else "negative"
    half, known = half_width(subject, at, rows, int(counts[1.0]), int(counts[0.0]))
    where = f"the {split} split" if split else "the data"
    unit = "cases" if subject.patients is None else "patients"
    facts: dict[str, Value] = {
        "positive": int(counts[1.0]), "negative": int(counts[0.0]), "half_width": half,
        "auroc_assumed": None if known else ASSUMED,
    }  # fmt: skip
    evidence = Evidence(
        n=len(rows), n_patients=subject.n_patients, measure=f"{which} {unit}",
        estimate=float(fewer), facts=facts,
    )  # fmt: skip
    severity: Severity | None = None
    if fewer < FEWEST:
        severity = "error"
    elif fewer < FEW or half > WIDE:
        severity = "warning"
    message = (
        f"{where} has {fewer} {which} {unit}: the 95 % interval of AUROC "
        f"{'is' if known else 'will be'} about +-{half:.2f}"
    )
    return Verdict(severity, message, evidence, label=question.name)


def half_width(
    subject: Subject, at: int, rows: Rows, positive: int, negative: int
) -> tuple[float, bool]:
    """Return half the width of the interval of AUROC, and whether it was measured.

    References:
        Hanley JA, McNeil BJ. Radiology 1982;143:29-36. Equation 1, with the approximations of
        the negative exponential model.
    """
    if subject.model is not None:
        one = area(subject, subject.questions[at].positive, subject.model.scores[:, at], rows)
        if one is not None and one.low is not None and one.high is not None:
            return (one.high - one.low) / 2, True
    if not positive or not negative:
        return 0.5, False
    value = ASSUMED
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    variance = (
        value * (1 - value) + (positive - 1) * (q1 - value**2) + (negative - 1) * (q2 - value**2)
    ) / (positive * negative)
    return min(0.5, Z * math.sqrt(variance)), False


CHECK = Check(
    code="RZ031",
    trap="O2",
    title="too few cases to judge",
    family="data",
    action="report the interval beside every value, and collect more patients of the rarer "
    "answer: radzoo evaluate says how many for a given width",
    not_shown="the width where no model was given is that of an AUROC of 0.85",
    references=(
        Reference(
            source="Hanley JA, McNeil BJ. Radiology 1982;143:29-36",
            finding="the standard error of an AUROC follows from its value and the numbers of "
            "cases of both classes",
        ),
    ),
    needs=frozenset({"questions"}),
    examine=examine,
)

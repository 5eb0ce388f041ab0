"""RZ015: view, bed, sex, age or origin of the patients goes with the answer."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from radzoo.checks.area import enough
from radzoo.checks.association import Association, mean_difference, odds_ratio
from radzoo.checks.check import SURE, Check, Outcome, Silent, Verdict
from radzoo.checks.columns import FEWEST_VALUES, as_numbers, levels
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.finding import Reference, Severity, Value
from radzoo.metrics.comparisons.multiplicity import adjust

ATTRIBUTES: Final = (
    "view", "portable", "position", "patient_position", "patient_orientation", "priority",
    "inpatient", "ward", "sex", "gender", "age", "race", "ethnicity", "insurance", "language",
    "bmi", "weight", "height", "smoker", "smoking",
)  # fmt: skip
WARNING: Final = 2.0


@dataclass(frozen=True, slots=True)
class Tested:
    """One attribute, or one of its values against all others, with one answer."""

    question: str
    attribute: str
    value: str
    found: Association

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return f"{self.attribute} {self.value}" if self.value else self.attribute


def examine(subject: Subject) -> Outcome:
    """Compare attributes of cases with and without the finding, patients being the units."""
    names = [name for name in ATTRIBUTES if len(set(subject.columns.get(name, ()))) > 1]
    if not names:
        return Silent("cannot judge", "neither view nor sex nor age, nor the like, is known")
    tested = [
        one
        for question in subject.questions
        if enough(subject, question.positive)
        for name in names
        for one in tests_of(subject, question, name)
    ]
    if not tested:
        return Silent("cannot judge", "too few patients of each answer and attribute")
    adjusted = [1.0 if p is None else p for p in adjust([one.found.p for one in tested], "holm")]
    asked = dict.fromkeys(one.question for one in tested)
    pairs = list(zip(tested, adjusted, strict=True))
    return [verdict_of([pair for pair in pairs if pair[0].question == label]) for label in asked]


def tests_of(subject: Subject, question: Question, name: str) -> list[Tested]:
    """Test a number by its means, words each against all others."""
    words = np.array(subject.columns[name])
    rows = np.flatnonzero(question.known & (words != ""))
    numbers = as_numbers(subject.columns[name])
    if numbers is not None and len(np.unique(numbers[rows])) > FEWEST_VALUES:
        found = mean_difference(subject, question.positive, numbers, rows)
        return [Tested(question.name, name, "", found)] if found else []
    there = levels(subject, name, rows)
    if len(there) == 2:
        there = there[1:]
    tested = []
    for word, of in there:
        found = odds_ratio(subject, question.positive, mask(subject, of), rows)
        if found:
            tested.append(Tested(question.name, name, word, found))
    return tested


def mask(subject: Subject, rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which cases are among these."""
    there = np.zeros(subject.n, dtype=bool)
    there[rows] = True
    return there


def verdict_of(pairs: list[tuple[Tested, float]]) -> Verdict:
    """Say of one question which attribute goes with it most."""
    worst, p = max(pairs, key=lambda pair: (pair[1] < SURE, pair[0].found.strength))
    found, label = worst.found, worst.question
    severity: Severity | None = "warning" if found.strength > WARNING else "info"
    severity = severity if p < SURE else None
    odds = f"odds ratio {found.odds_ratio:.1f} ({found.low:.1f} to {found.high:.1f})"
    if severity is None:
        message = f"no attribute goes with '{label}' for sure: of {worst.name} {odds}"
    elif found.difference is not None:
        more = "higher" if found.difference > 0 else "lower"
        message = (
            f"{worst.name} is {more} in cases with '{label}', by {abs(found.difference):.2f} of "
            f"its spread, which is as much as an {odds}"
        )
    else:
        more = "more" if found.odds_ratio > 1 else "less"
        message = f"'{label}' is {more} frequent in cases with {worst.name}: {odds}"
    rows: list[dict[str, Value]] = [
        {"attribute": one.attribute, "value": one.value, "estimate": one.found.odds_ratio,
         "low": one.found.low, "high": one.found.high, "n": one.found.n, "p": q}
        for one, q in pairs
    ]  # fmt: skip
    evidence = found.evidence(p).model_copy(
        update={"rows": rows, "facts": {"attribute": worst.attribute, "value": worst.value}}
    )
    return Verdict(severity, message, evidence, label=label, claim="data")


CHECK = Check(
    code="RZ015",
    trap="S4",
    title="view, age or origin go with the answer",
    family="shortcut",
    action="report every metric by that attribute (radzoo evaluate RUN --by view,sex) and match "
    "cases by it",
    not_shown="that a network uses it: see RZ016; sex and age may go with a disease for good "
    "reason",
    references=(
        Reference(
            source="Gichoya JW et al. Lancet Digital Health 2022;4:e406-e414",
            finding="networks tell the race from chest radiographs with an AUROC of 0.91 to 0.99",
        ),
        Reference(
            source="Jabbour S et al. Machine Learning for Healthcare 2020 (PMLR 126)",
            finding="sex and age are told from chest radiographs with an AUROC of 0.96 and 0.90; "
            "a skewed training set took heart failure from 0.84 to 0.66",
        ),
    ),
    needs=frozenset({"headers", "questions"}),
    examine=examine,
)

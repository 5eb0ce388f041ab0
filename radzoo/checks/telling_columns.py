"""RZ006: a column of the table, a header or a file name tells the answer."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import (
    ACQUISITION,
    FEWEST_PATIENTS,
    FREE_TEXT,
    PERSON,
    encode,
    is_sayable,
    linear,
    some_rows,
)
from radzoo.checks.probe import probe
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.checks.wording import n_judged, severity_above, sure_low, told
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix, Vector

WARNING, ERROR = 0.60, 0.75
MOST_CASES: Final = 4000
MOST_TOKENS: Final = 60
MOST_COLUMNS: Final = 60
TOKEN: Final = re.compile(r"[A-Za-z]{2,}")
ELSEWHERE: Final = frozenset({*ACQUISITION, *PERSON, "date"})
"""What RZ010, RZ015 and RZ005 look at."""
FOLDER: Final = "folder"


@dataclass(frozen=True, slots=True)
class Told:
    """What one column tells of one question.

    Attributes:
        low: lower bound that holds for all columns and questions together.
        token: the word that tells most, if it may be shown.
    """

    name: str
    evidence: Evidence
    low: float
    token: str


def examine(subject: Subject) -> Outcome:
    """Teach a model the answer from one column at a time, and ask of unseen patients.

    Text that people typed is taken apart into words. The folder is passed over where the answers
    were read from it.
    """
    names = [name for name in subject.columns if name not in ELSEWHERE][:MOST_COLUMNS]
    names = [name for name in names if name != FOLDER or not is_answer(subject)]
    inputs = {name: made for name in names if (made := inputs_of(subject, name)) is not None}
    if not inputs:
        return Silent("cannot judge", "no column, header or file name varies from case to case")
    looked_at = len(inputs) * max(1, n_judged(subject))
    found = [judge(subject, question, inputs, looked_at) for question in subject.questions]
    told_of = [verdict for verdict in found if verdict is not None]
    return told_of or Silent("cannot judge", "no question has ten patients of each answer")


def is_answer(subject: Subject) -> bool:
    """Is the folder of every case its answer? Then the answers were read from there."""
    folders = np.array(subject.columns[FOLDER])
    answers = np.stack([question.positive for question in subject.questions], axis=1)
    if len(np.unique(folders)) > 2 + 2 * len(subject.questions):
        return False
    return all(
        len(np.unique(answers[folders == folder], axis=0)) == 1 for folder in np.unique(folders)
    )


def inputs_of(subject: Subject, name: str) -> tuple[Matrix, tuple[str, ...]] | None:
    """Return a column as numbers `(n_cases, k)` and the word of each; None if it says nothing."""
    if name not in FREE_TEXT:
        encoded = encode(subject, [name])
        return (encoded.inputs, ()) if encoded.parts else None
    found = [frozenset(TOKEN.findall(text.casefold())) for text in subject.columns[name]]
    patients: dict[str, set[int]] = {}
    for row, words in enumerate(found):
        for word in words:
            patients.setdefault(word, set()).add(int(subject.owners[row]))
    counts = Counter({word: len(of) for word, of in patients.items() if len(of) >= FEWEST_PATIENTS})
    kept = [word for word, count in counts.most_common(MOST_TOKENS)]
    inputs = np.array([[word in words for word in kept] for words in found], dtype=np.float64)
    if not kept:
        return None
    varied = np.flatnonzero(inputs.any(axis=0) & ~inputs.all(axis=0))
    shown = [word if is_sayable(word, counts[word]) else "" for word in kept]
    return (inputs[:, varied], tuple(shown[at] for at in varied)) if len(varied) else None


def judge(
    subject: Subject,
    question: Question,
    inputs: dict[str, tuple[Matrix, tuple[str, ...]]],
    looked_at: int,
) -> Verdict | None:
    """Return what is to be said of one question; None if there are too few cases."""
    rows = some_rows(subject, question.positive, MOST_CASES)
    every: list[Told] = []
    for name, (numbers, words) in inputs.items():
        one = probe(subject, question.positive, numbers, linear(), rows)
        if one is not None:
            token = strongest(question.positive, numbers, words, rows)
            every.append(Told(name, one, sure_low(one, looked_at), token))
    if not every:
        return None
    every.sort(key=lambda one: -one.low)
    worst = every[0]
    severity: Severity | None = severity_above(worst.low, WARNING, ERROR)
    shown: list[dict[str, Value]] = [
        {"column": one.name, "auroc": one.evidence.estimate, "low": one.evidence.low,
         "high": one.evidence.high, "word": one.token}
        for one in every[:20]
    ]  # fmt: skip
    evidence = worst.evidence.model_copy(
        update={"rows": shown, "facts": {"column": worst.name, "columns": len(every)}}
    )
    if severity is None:
        message = (
            f"none of {len(every)} columns tells '{question.name}'; the most `{worst.name}`, AUROC "
            f"{told(worst.evidence)}"
        )
    else:
        word = f", most of all the word '{worst.token}'" if worst.token else ""
        message = (
            f"`{worst.name}` alone tells '{question.name}': AUROC {told(worst.evidence)}{word}"
        )
    return Verdict(severity, message, evidence, label=question.name, claim="data")


def strongest(positive: Vector, numbers: Matrix, words: tuple[str, ...], rows: Rows) -> str:
    """Return the word whose presence differs most between the answers; empty if none is shown."""
    if not words:
        return ""
    ill, well = rows[positive[rows] == 1], rows[positive[rows] == 0]
    apart = np.abs(numbers[ill].mean(axis=0) - numbers[well].mean(axis=0))
    return words[int(np.argmax(apart))]


CHECK = Check(
    code="RZ006",
    trap="L6",
    title="a column or a file name tells the answer",
    family="leakage",
    action="see how the column came about: if it was written after the diagnosis, leave it out; if "
    "files of one class come from elsewhere, collect both classes alike",
    not_shown="a network does not read file names; but what tells them apart may show in the "
    "image, too (RZ012, RZ044)",
    references=(
        Reference(
            source="Kapoor S, Narayanan A. Patterns 2023;4:100804",
            finding="features that stand for the answer are one of eight kinds of leakage, found "
            "in 17 fields",
        ),
    ),
    needs=frozenset({"headers", "questions"}),
    examine=examine,
)

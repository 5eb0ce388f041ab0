"""RZ017: all cases of a source have the same answer, so that the source is the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from radzoo.checks.area import count_patients, enough
from radzoo.checks.check import SURE, Check, Outcome, Silent, Verdict
from radzoo.checks.columns import PLACES, as_numbers, levels
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.finding import Evidence, Reference, Value
from radzoo.metrics.comparisons.multiplicity import adjust

SOURCES: Final = (*PLACES, "dataset", "hospital", "database", "collection", "origin", "folder")
ADULT: Final = 18
AGES: Final = "age group"


@dataclass(frozen=True, slots=True)
class Source:
    """One source whose cases all have one answer.

    Attributes:
        p: chance that as many patients drawn from all have one answer.
    """

    column: str
    name: str
    rows: Rows
    answer: int
    p: float


def examine(subject: Subject) -> Outcome:
    """Look for sources of one answer alone that chance does not explain."""
    sources = sources_of(subject)
    if not sources:
        return Silent("cannot judge", "no column says site, scanner, source or age of the cases")
    found = [
        (question, pure_sources(subject, question, sources))
        for question in subject.questions
        if enough(subject, question.positive)
    ]
    if not found:
        return Silent("cannot judge", "no question has ten patients of each answer")
    # Every source was looked at for every question; those of both answers have p = 1.
    pure_ones = [one.p for _, pure in found for one in pure]
    looked_at = len(found) * sum(map(len, sources.values()))
    tested = [*pure_ones, *[1.0] * (looked_at - len(pure_ones))]
    adjusted = iter(1.0 if p is None else p for p in adjust(tested, "holm"))
    return [
        verdict_of(subject, question, [(one, next(adjusted)) for one in pure], len(sources))
        for question, pure in found
    ]


def sources_of(subject: Subject) -> Mapping[str, list[tuple[str, Rows]]]:
    """Return of each column its values with their cases, at least five patients each.

    Folders that are the classes themselves are no sources.
    """
    every = np.arange(subject.n)
    found = {name: levels(subject, name, every) for name in SOURCES if name in subject.columns}
    found = {name: [one for one in there if one[0]] for name, there in found.items()}
    if "folder" in found and are_classes(subject, found["folder"]):
        del found["folder"]
    ages = as_numbers(subject.columns["age"]) if "age" in subject.columns else None
    if ages is not None:
        found[AGES] = [
            ("children", np.flatnonzero(ages < ADULT)),
            ("adults", np.flatnonzero(ages >= ADULT)),
        ]
    found = {name: [one for one in there if len(one[1])] for name, there in found.items()}
    return {name: there for name, there in found.items() if len(there) > 1}


def are_classes(subject: Subject, folders: list[tuple[str, Rows]]) -> bool:
    """Does every folder hold one answer alone to every question?"""
    return all(
        len(np.unique(answers[~np.isnan(answers)])) < 2
        for question in subject.questions
        for answers in (question.positive[rows] for _, rows in folders)
    )


def pure_sources(
    subject: Subject, question: Question, sources: Mapping[str, list[tuple[str, Rows]]]
) -> list[Source]:
    """Return the sources whose cases all have the same answer, with the chance of that."""
    known = np.flatnonzero(question.known)
    pure = []
    for column, there in sources.items():
        for name, rows in there:
            mine = rows[question.known[rows]]
            answers = set(question.positive[mine].astype(int).tolist())
            if len(answers) == 1 and len(mine) < len(known):
                answer = answers.pop()
                p = chance_of_pure(subject, question, known, mine, answer)
                pure.append(Source(column, name, mine, answer, p))
    return pure


def chance_of_pure(
    subject: Subject, question: Question, known: Rows, mine: Rows, answer: int
) -> float:
    """Return how likely it is that so many patients, drawn from all, have one answer alone.

    Hypergeometric: a patient counts as having the other answer if one of its cases has.
    """
    from scipy.stats import hypergeom

    owners = np.unique(subject.owners[known])
    others = np.unique(subject.owners[known[question.positive[known] != answer]])
    drawn = len(np.unique(subject.owners[mine]))
    return float(hypergeom.pmf(0, len(owners), len(others), drawn))


def verdict_of(
    subject: Subject, question: Question, pure: list[tuple[Source, float]], n_columns: int
) -> Verdict:
    """Say of one question which sources are its classes."""
    label = question.name
    sure = [(one, p) for one, p in pure if p < SURE]
    n = int(question.known.sum())
    rows: list[dict[str, Value]] = [
        {"column": one.column, "source": one.name, "n": len(one.rows), "positive": one.answer,
         "p": p}
        for one, p in sure
    ]  # fmt: skip
    evidence = Evidence(
        n=n, n_patients=count_patients(subject, np.flatnonzero(question.known)),
        measure="sources of one answer", estimate=float(len(sure)), rows=rows,
        facts={"columns": n_columns}, p=min((p for _, p in sure), default=None),
    )  # fmt: skip
    if not sure:
        message = f"no source holds one answer to '{label}' alone, but what chance explains"
        return Verdict(None, message, evidence, label=label, claim="data")
    worst, _ = max(sure, key=lambda pair: len(pair[0].rows))
    answer = "with" if worst.answer else "without"
    message = (
        f"all {len(worst.rows)} cases of {worst.column} {worst.name} are {answer} '{label}'"
        f"{f', and {len(sure) - 1} more sources are as pure' if len(sure) > 1 else ''}: "
        f"a network need only tell the source"
    )
    guilty = np.unique(np.concatenate([one.rows for one, _ in sure]))
    return Verdict("error", message, evidence, label=label, claim="data",
                   rows=tuple(guilty.tolist()))  # fmt: skip


CHECK = Check(
    code="RZ017",
    trap="S5",
    title="the source is the class",
    family="shortcut",
    action="bring cases of both answers from every source, or leave pure sources out of training "
    "and testing",
    not_shown="sources that no column names; a source that is nearly pure is found by RZ010",
    references=(
        Reference(
            source="Roberts M et al. Nature Machine Intelligence 2021;3:199-217",
            finding="of 62 papers on COVID-19 none was of use to a clinic; classes put together "
            "from different collections, children against adults, were a frequent reason",
        ),
        Reference(
            source="Garcia Santa Cruz B et al. Medical Image Analysis 2021;74:102225",
            finding="public COVID-19 radiographs were mixed from sources that hold one class each",
        ),
    ),
    needs=frozenset({"headers", "questions"}),
    examine=examine,
)

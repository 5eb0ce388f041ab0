"""RZ010: where and how an image was taken tells the answer, without the image."""

from typing import Final

import numpy as np

from radzoo.checks.area import LEVEL, sample_of
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import (
    ACQUISITION,
    PERSON,
    PLACES,
    Encoded,
    encode,
    levels,
    linear,
    some_rows,
)
from radzoo.checks.probe import probe
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.checks.wording import n_judged, severity_above, sure_low, told
from radzoo.core.finding import Reference, Value
from radzoo.metrics import INTERVALS, METRICS

WARNING: Final = 0.60
ERROR: Final = 0.70
MOST_CASES: Final = 10_000
NAMES: Final = (*ACQUISITION, *PERSON)


def examine(subject: Subject) -> Outcome:
    """Teach a model the answer from acquisition and person alone, and ask of unseen patients."""
    encoded = encode(subject, NAMES)
    if not encoded.parts:
        return Silent("cannot judge", "no column that says how the images were taken varies")
    found = [judge(subject, question, encoded) for question in subject.questions]
    judged = [verdict for verdict in found if verdict]
    return judged or Silent("cannot judge", "no question has ten patients of each answer")


def judge(subject: Subject, question: Question, encoded: Encoded) -> Verdict | None:
    """Return what is to be said of one question; None if there are too few cases."""
    rows = some_rows(subject, question.positive, MOST_CASES)
    evidence = probe(subject, question.positive, encoded.inputs, linear(), rows)
    if evidence is None:
        return None
    severity = severity_above(sure_low(evidence, n_judged(subject)), WARNING, ERROR)
    place, cramer, table = prevalence_by_place(subject, question)
    facts: dict[str, Value] = {"columns": ", ".join(encoded.parts), "cases_drawn_from": subject.n}
    if place:
        facts |= {"place": place, "cramers_v": round(cramer, 3)}
    main = ""
    if severity:
        alone = each_column(subject, question, encoded, rows)
        main = max(alone, key=lambda name: alone[name])
        facts |= {f"auroc_of_{name}": round(value, 3) for name, value in alone.items()}
        facts |= without_person(subject, question, encoded, rows)
    evidence = evidence.model_copy(update={"facts": facts, "rows": table})
    if severity:
        message = (
            f"where and how an image was taken, and of whom, tells '{question.name}' without the "
            f"image: AUROC {told(evidence)} in unseen patients, most of it by `{main}`"
        )
    else:
        message = (
            f"nothing shows that where and how an image was taken tells '{question.name}': AUROC "
            f"{told(evidence)}"
        )
    return Verdict(severity, message, evidence, label=question.name, claim="data")


def each_column(
    subject: Subject, question: Question, encoded: Encoded, rows: Rows
) -> dict[str, float]:
    """Return the AUROC of a model that is told one column alone, best first."""
    alone = {}
    for name, part in encoded.parts.items():
        one = probe(subject, question.positive, encoded.inputs[:, part], linear(), rows)
        if one is not None and one.estimate is not None:
            alone[name] = one.estimate
    return dict(sorted(alone.items(), key=lambda item: -item[1])[:5])


def without_person(
    subject: Subject, question: Question, encoded: Encoded, rows: Rows
) -> dict[str, Value]:
    """Return the AUROC of a model that is not told age and sex."""
    kept = [np.arange(part.start, part.stop)
            for name, part in encoded.parts.items() if name not in PERSON]  # fmt: skip
    if not kept or len(kept) == len(encoded.parts):
        return {}
    inputs = encoded.inputs[:, np.concatenate(kept)]
    one = probe(subject, question.positive, inputs, linear(), rows)
    return {} if one is None else {"auroc_without_person": one.estimate}


def prevalence_by_place(
    subject: Subject, question: Question
) -> tuple[str, float, list[dict[str, Value]]]:
    """Return the kind of place that goes most with the answer, Cramer's V, and each place's share.

    Places of fewer than five patients are left out.
    """
    rows = np.flatnonzero(question.known)
    best: tuple[str, float, list[tuple[str, Rows]]] = ("", -1.0, [])
    for name in PLACES:
        there = levels(subject, name, rows) if name in subject.columns else []
        if len(there) > 1:
            cramer = cramers_v([(len(of), question.positive[of].sum()) for _, of in there])
            best = max(best, (name, cramer, there), key=lambda one: one[1])
    name, cramer, there = best
    return name, cramer, [share_of(subject, question, name, word, of) for word, of in there]


def share_of(
    subject: Subject, question: Question, name: str, word: str, rows: Rows
) -> dict[str, Value]:
    """Return how many cases of one place are positive, with an interval between patients."""
    sample = sample_of(subject, question.positive, question.positive, rows)
    method = "wilson" if sample.patients is None else "rao-scott"
    bounds = INTERVALS[method].compute(METRICS["prevalence"], sample, LEVEL)
    return {
        "column": name, "group": word or "(not said)", "n": len(rows),
        "estimate": float(question.positive[rows].mean()), "low": bounds.low, "high": bounds.high,
    }  # fmt: skip


def cramers_v(counts: list[tuple[int, float]]) -> float:
    """Return Cramer's V of places by answer, 0 to 1.

    Args:
        counts: of each place, cases and positive cases.
    """
    table = np.array([(positive, n - positive) for n, positive in counts], dtype=np.float64)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    if not expected.all():
        return 0.0
    return float(np.sqrt(((table - expected) ** 2 / expected).sum() / table.sum()))


CHECK = Check(
    code="RZ010",
    trap="S1",
    title="site and scanner tell the answer",
    family="shortcut",
    action="hold a site out to test on (radzoo data split DATA --hold-out site=X), report AUROC "
    "within sites, and match cases by how they were taken",
    not_shown="that a network uses it: see RZ011; age and sex may tell the answer for good reason",
    references=(
        Reference(
            source="Zech JR et al. PLoS Medicine 2018;15:e1002683",
            finding="knowing the hospital alone gave an AUROC of 0.861 for pneumonia; internal "
            "0.931 fell to 0.815 outside",
        ),
        Reference(
            source="Badgeley MA et al. npj Digital Medicine 2019;2:31",
            finding="the scanner was told from hip radiographs with an AUROC of 1.00; fracture "
            "fell from 0.78 to 0.52 once patient and process were balanced",
        ),
    ),
    needs=frozenset({"headers", "questions"}),
    examine=examine,
)

"""RZ044: validation or test cases are told from training cases by how they were taken."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from radzoo.checks.area import enough
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import ACQUISITION, PERSON, encode, indicators, linear, some_rows
from radzoo.checks.picture_parts import STATISTICS, histogram, statistics
from radzoo.checks.probe import probe
from radzoo.checks.subject import Rows, Subject
from radzoo.checks.wording import severity_above, sure_low, told
from radzoo.core.case import Split
from radzoo.core.finding import Evidence, Reference, Value
from radzoo.core.plugins import Matrix, Vector

WARNING: Final = 0.60
ERROR: Final = 0.75
MOST_CASES: Final = 4_000
FEWEST_WITHIN: Final = 25
"""Patients of either split with one answer; fewer are not looked at by themselves."""
MOST_QUESTIONS: Final = 14
DECILES: Final = np.arange(1, 10) / 10
SHOWN: Final = 12
OTHERS: Final[tuple[Split, ...]] = ("val", "test")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the cases beside their answers.

    Attributes:
        inputs: `(n_cases, k)` for the model.
        names: what they were made of.
        statistics: `(n_cases, 11)` of the image; None if nobody has looked.
    """

    inputs: Matrix
    names: tuple[str, ...]
    statistics: Matrix | None
    rows: Rows


def examine(subject: Subject) -> Outcome:
    """Teach a model which split a case is from, over all cases and among those of one answer."""
    later = [split for split in OTHERS if len(subject.rows_of(split))]
    if not later or not len(subject.rows_of("train")):
        return Silent("not applicable", "there are no training cases with others to compare")
    facts = facts_of(subject)
    if not facts.names:
        return Silent("cannot judge", "neither headers nor images say how they were taken")
    found = [compare(subject, facts, split) for split in later]
    judged = [verdict for verdict in found if verdict]
    return judged or Silent("cannot judge", "a split has fewer than ten patients")


def facts_of(subject: Subject) -> Facts:
    """Join indicators of columns with shades and statistics of the images."""
    encoded = encode(subject, (*ACQUISITION, *PERSON))
    names, rows = tuple(encoded.parts), np.arange(subject.n)
    if subject.pictures is None or not subject.pictures.read.any():
        return Facts(encoded.inputs, names, None, rows)
    rows = np.flatnonzero(subject.pictures.read)
    images = subject.pictures.images
    measured = statistics(images)
    inputs = np.concatenate([encoded.inputs, measured, measured**2, histogram(images)], axis=1)
    return Facts(inputs, (*names, "brightness"), measured, rows)


def compare(subject: Subject, facts: Facts, split: Split) -> Verdict | None:
    """Return what is to be said of one split against training; None with too few cases."""
    domain = np.full(subject.n, np.nan)
    domain[subject.rows_of("train")] = 0.0
    domain[subject.rows_of(split)] = 1.0
    rows = some_rows(subject, domain, MOST_CASES, facts.rows)
    overall = probe(subject, domain, facts.inputs, linear(), rows)
    if overall is None:
        return None
    areas = {"all cases": overall} | within_answers(subject, facts, domain)
    where, worst = max(areas.items(), key=lambda item: item[1].low or 0.0)
    severity = severity_above(sure_low(worst, len(areas)), WARNING, ERROR)
    moved = shifts(subject, facts, domain)
    evidence = worst.model_copy(
        update={
            "facts": {"among": where, "overall": overall.estimate, "split": split,
                      "looked_at": ", ".join(facts.names)},
            "rows": [*(row_of(name, one) for name, one in areas.items()), *moved],
        }
    )  # fmt: skip
    if severity is None:
        message = (
            f"a simple model does not tell {split} cases from training cases: AUROC {told(worst)} "
            f"at most, among {where}"
        )
    else:
        most = f", most by {moved[0]['what']}" if moved else ""
        message = (
            f"{split} cases are unlike training cases in how they were taken or whose they are: "
            f"a simple model tells them apart with an AUROC of "
            f"{told(worst)} among {where}{most}"
            f"{f' (over all {overall.estimate:.2f})' if where != 'all cases' else ''}"
        )
    return Verdict(severity, message, evidence, claim="data")


def within_answers(subject: Subject, facts: Facts, domain: Vector) -> dict[str, Evidence]:
    """Return the AUROC among cases of each answer: a shift may hide in one of them."""
    areas = {}
    for question in subject.questions[:MOST_QUESTIONS]:
        for answer, word in ((1.0, ""), (0.0, "no ")):
            rows = facts.rows[question.positive[facts.rows] == answer]
            rows = some_rows(subject, domain, MOST_CASES, rows)
            sizes = [len(np.unique(subject.owners[rows[domain[rows] == of]])) for of in (0.0, 1.0)]
            if min(sizes) >= FEWEST_WITHIN and enough(subject, domain, rows):
                one = probe(subject, domain, facts.inputs, linear(), rows)
                if one is not None:
                    areas[f"cases of {word}{question.name}"] = one
    return areas


def row_of(name: str, evidence: Evidence) -> dict[str, Value]:
    """Return an area as a row of the evidence."""
    return {
        "what": name, "measure": "auroc", "estimate": evidence.estimate, "low": evidence.low,
        "high": evidence.high, "n": evidence.n,
    }  # fmt: skip


def shifts(subject: Subject, facts: Facts, domain: Vector) -> list[dict[str, Value]]:
    """Return the population stability index of columns and statistics, greatest first."""
    rows = facts.rows[~np.isnan(domain[facts.rows])]
    before, after = rows[domain[rows] == 0], rows[domain[rows] == 1]
    found: dict[str, float] = {}
    for name in facts.names:
        flags = indicators(subject, name, rows) if name in subject.columns else None
        if flags is not None:
            flags = np.column_stack([flags, 1 - flags.max(axis=1)])
            found[name] = stability(flags[before].sum(axis=0), flags[after].sum(axis=0))
    if facts.statistics is not None:
        for at, name in enumerate(STATISTICS):
            values = facts.statistics[:, at]
            inner = np.unique(np.quantile(values[before], DECILES))
            was, is_now = (counted(np.searchsorted(inner, values[of]), len(inner) + 1)
                           for of in (before, after))  # fmt: skip
            found[f"{name} of the brightness"] = stability(was, is_now)
    first = sorted(found.items(), key=lambda item: -item[1])[:SHOWN]
    return [
        {"what": name, "measure": "psi", "estimate": value, "low": None, "high": None,
         "n": len(rows)}
        for name, value in first
    ]  # fmt: skip


def counted(bins: Rows, n_bins: int) -> Vector:
    """Return how many cases are in each bin."""
    return np.bincount(bins, minlength=n_bins).astype(np.float64)


def stability(before: Vector, after: Vector) -> float:
    """Return the population stability index of two sets of counts, half a one added to each.

    Below 0.1 is called stable, above 0.25 shifted.
    """
    was, is_now = ((counts + 0.5) / (counts + 0.5).sum() for counts in (before, after))
    return float(((is_now - was) * np.log(is_now / was)).sum())


CHECK = Check(
    code="RZ044",
    trap="D1",
    title="test cases were taken otherwise",
    family="testing",
    action="say so beside every result, report them by site and year (radzoo evaluate RUN --by "
    "site), and recalibrate on cases taken as those it will meet",
    not_shown="whether the model minds: see RZ062 and RZ070; a site held out on purpose shifts "
    "as it should",
    references=(
        Reference(
            source="Rabanser S et al. Failing Loudly. NeurIPS 2019",
            finding="a classifier between data sets finds shifts, and which cases show them most",
        ),
    ),
    wants=frozenset({"pictures"}),
    examine=examine,
)

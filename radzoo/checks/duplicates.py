"""RZ002: the same image, or one made from it, stands in two splits, or twice."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.check import Check, Outcome, Verdict
from radzoo.checks.near_duplicates import Duplicates, Pairs, find_duplicates
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value

MOST_OF_TEST: Final = 0.01
MOST_ROWS: Final = 50


def examine(subject: Subject) -> Outcome:
    """Count exact and near duplicates across splits, inside them, and between patients."""
    assert subject.pictures is not None
    found = find_duplicates(subject.pictures)
    exact, near = across(subject, found.exact), across(subject, found.near)
    tested = len(subject.rows_of("val", "test")) or subject.n
    touched = len(np.unique(np.concatenate([exact, near])))
    guilty = np.unique(np.concatenate([exact, near]))
    evidence = Evidence(
        n=int(subject.pictures.read.sum()), n_patients=subject.n_patients,
        measure="pairs across splits", estimate=float(len(exact) + len(near)),
        facts={
            "exact_across": len(exact), "near_across": len(near),
            "exact_in_all": len(found.exact), "near_in_all": len(found.near),
            "other_patient": strangers(subject, found), "discordant": discordant(subject, found),
        },
        rows=rows_of(subject, found),
    )  # fmt: skip
    inside = len(found.exact) + len(found.near) - len(exact) - len(near)
    severity: Severity | None = None
    if len(exact):
        severity = "error"
    elif len(near):
        severity = "error" if touched >= MOST_OF_TEST * tested else "warning"
    if severity:
        message = (
            f"{len(exact)} exact and {len(near)} altered copies of images stand in another split: "
            "what is tested was seen while learning"
        )
        return [Verdict(severity, message, evidence, rows=tuple(guilty.tolist()))]
    if inside:
        every = np.unique(np.concatenate([found.exact, found.near]))
        message = (
            f"{len(found.exact)} exact and {len(found.near)} altered copies of images stand in the "
            "data, none in another split: they count twice"
        )
        action = "leave one of each pair; radzoo audit --json names them"
        rows = tuple(every.tolist())
        return [Verdict("info", message, evidence, action=action, rows=rows)]
    message = f"no image is a copy of another ({evidence.n:,} compared)"
    return [Verdict(None, message, evidence)]


def across(subject: Subject, pairs: Pairs) -> Pairs:
    """Return the pairs that stand in two splits."""
    first, second = subject.splits[pairs[:, 0]], subject.splits[pairs[:, 1]]
    return np.asarray(pairs[(first != second) & (first != "") & (second != "")])


def every_pair(found: Duplicates) -> Pairs:
    """Return exact and near pairs together."""
    return np.concatenate([found.exact, found.near])


def strangers(subject: Subject, found: Duplicates) -> int:
    """Count the pairs whose images are said to be of two patients."""
    if subject.patients is None:
        return 0
    pairs = every_pair(found)
    return int((subject.patients[pairs[:, 0]] != subject.patients[pairs[:, 1]]).sum())


def discordant(subject: Subject, found: Duplicates) -> int:
    """Count the pairs whose images have different answers."""
    pairs = every_pair(found)
    differs: NDArray[np.bool_] = np.zeros(len(pairs), dtype=bool)
    for question in subject.questions:
        first, second = question.positive[pairs[:, 0]], question.positive[pairs[:, 1]]
        differs |= np.abs(first - second) > 0  # NaN is unknown, not different
    return int(differs.sum())


def rows_of(subject: Subject, found: Duplicates) -> list[dict[str, Value]]:
    """Return the pairs as a table, exact ones first; names of cases stand elsewhere."""
    kinds = ["exact"] * len(found.exact) + list(found.kinds)
    alike = [1.0] * len(found.exact) + found.likeness.tolist()
    return [
        {"kind": kind, "correlation": value,
         "splits": " and ".join(sorted({str(subject.splits[one]) or "none" for one in pair}))}
        for kind, value, pair in zip(kinds, alike, every_pair(found), strict=True)
    ][:MOST_ROWS]  # fmt: skip


CHECK = Check(
    code="RZ002",
    trap="L2",
    title="the same image twice",
    family="leakage",
    action="keep one image of each pair, or give them one patient, and split anew: radzoo data "
    "split DATA --by patient -o split.csv",
    not_shown="images that were turned or cropped by more than about 3 % are not found here "
    "(RZ003 looks for those)",
    references=(
        Reference(
            source="Kapoor S, Narayanan A. Patterns 2023;4:100804",
            finding="leakage was found in 17 fields and 294 papers, duplicates among its forms",
        ),
        Reference(
            source="Abhishek K et al. 2025 (DermaMNIST, Fitzpatrick17k)",
            finding="public collections hold duplicates across their splits",
        ),
    ),
    needs=frozenset({"pictures"}),
    cheap=True,
    examine=examine,
)

"""RZ001: the same patient, study or series stands in two splits."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.case import SPLITS, Split
from radzoo.core.finding import Evidence, Reference, Value


def examine(subject: Subject) -> Outcome:
    """Count patients, and studies, series and instances, that stand in two splits."""
    if len({split for split in subject.splits if split}) < 2:
        return Silent("not applicable", "the cases are not split")
    names = {"patient": tuple(map(str, subject.patients))} if subject.patients is not None else {}
    names |= {kind: words for kind, words in subject.identifiers.items() if any(words)}
    if not names:
        return Silent(
            "cannot judge", "neither patients nor studies are known: no patient_id, no UIDs"
        )
    rows: list[dict[str, Value]] = []
    guilty: set[int] = set()
    for kind, words in names.items():
        for pair in combinations(SPLITS, 2):
            shared = shared_rows(subject, words, pair)
            if shared:
                rows.append(
                    {
                        "what": kind,
                        "splits": " and ".join(pair),
                        "n": len({words[row] for row in shared}),
                        "cases": len(shared),
                    }
                )
                guilty.update(shared)  # fmt: skip
    unknown = 0 if subject.patients is None else sum(not case.patient_id for case in subject.cases)
    evidence = Evidence(
        n=subject.n, n_patients=subject.n_patients, measure="cases in two splits",
        estimate=float(len(guilty)), facts={"cases_without_patient": unknown}, rows=rows,
    )  # fmt: skip
    if not guilty:
        known = ", ".join(names)
        return [Verdict(None, f"no {known} stands in two splits", evidence)]
    worst = max(rows, key=lambda row: int(row["n"] or 0))
    message = (
        f"{worst['n']} {worst['what']} ids stand in both {worst['splits']} "
        f"({len(guilty)} cases in all): results on those splits are not valid"
    )
    return [Verdict("error", message, evidence, rows=tuple(sorted(guilty)))]


def shared_rows(subject: Subject, words: Sequence[str], pair: tuple[Split, Split]) -> list[int]:
    """Return the cases of either split whose name is found in the other, too."""
    first, second = (
        {words[int(row)] for row in np.flatnonzero(subject.splits == split)} for split in pair
    )
    both = (first & second) - {""}
    inside = np.isin(subject.splits, pair)
    return [row for row in range(subject.n) if inside[row] and words[row] in both]


CHECK = Check(
    code="RZ001",
    trap="L1",
    title="the same patient in two splits",
    family="leakage",
    action="split anew by patient: radzoo data split DATA --by patient -o split.csv",
    not_shown="patients under two names, or whose id was left blank, are not found",
    references=(
        Reference(
            source="Yagis E et al. Scientific Reports 2021;11:22544",
            finding="slices of one patient in training and test raise accuracy by 29 to 55 points; "
            "random labels reach 96 % instead of 50 %",
        ),
    ),
    cheap=True,
    examine=examine,
)

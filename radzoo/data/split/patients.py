"""Which cases belong to one patient, and which patients stand in two splits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from radzoo.core.case import SPLITS, Case, Split

Groups: TypeAlias = Mapping[str, Sequence[Case]]


def group_by_patient(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Return the cases of each patient; one without identifier is a patient of its own."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[name_patient(case)].append(case)
    return groups


def name_patient(case: Case) -> str:
    """Return the key under which `group_by_patient` has the case."""
    return f"patient {case.patient_id}" if case.patient_id else f"case {case.case_id}"


def count_leaks(groups: Groups) -> dict[tuple[Split, Split], int]:
    """Return how many patients stand in each pair of splits; only pairs that have any."""
    pairs = [(a, b) for place, a in enumerate(SPLITS) for b in SPLITS[place + 1 :]]
    splits = [{case.split for case in cases} for cases in groups.values()]
    counts = {pair: sum(set(pair) <= found for found in splits) for pair in pairs}
    return {pair: count for pair, count in counts.items() if count}


def warn_of_unknown(cases: Sequence[Case]) -> tuple[str, ...]:
    """Say that cases have no patient identifier, if any has none."""
    unknown = sum(not case.patient_id for case in cases)
    if not unknown:
        return ()
    return (
        f"{unknown} of {len(cases)} cases have no patient identifier and count as patients of "
        "their own: the splits may share patients",
    )

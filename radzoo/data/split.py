"""Splitting cases into train, val and test: by patient, always.

A patient's place depends on the seed and the patient alone, so that it is the same for any
order of rows and on any machine.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from radzoo.core.case import SPLITS, Case, Manifest, Split
from radzoo.core.errors import InputError

TEST_PART: Final = 0.20
VAL_PART: Final = 0.10
VAL_PART_OF_TRAIN: Final = 0.125

Groups = Mapping[str, Sequence[Case]]


def complete_splits(
    manifest: Manifest, *, seed: int, allow_leakage: bool
) -> tuple[Manifest, tuple[str, ...]]:
    """Give every case a split, and check those that were given.

    Without any, patients are split 70/10/20 into train, val and test, stratified by label.
    With train but no val, an eighth of the training patients becomes val. A case without a
    patient identifier counts as its own patient.

    Args:
        manifest: cases, all with a split or none.
        seed: another seed gives another split.
        allow_leakage: go on, with a warning, though patients stand in two splits.

    Returns:
        the manifest, and warnings for the report.

    Raises:
        InputError: if only some cases have a split, or patients stand in two of them.
    """
    groups = group_by_patient(manifest.cases)
    warnings = _warn_unknown(manifest.cases)
    _check_all_or_none(manifest.cases)
    given = {case.split for case in manifest.cases} - {None}
    if not given:
        places = _divide(groups, seed, manifest.labels, {"test": TEST_PART, "val": VAL_PART})
        return _place(manifest, places), warnings
    warnings += _check_leakage(groups, allow_leakage=allow_leakage)
    if "train" in given and "val" not in given:
        free = {
            name: cases
            for name, cases in groups.items()
            if all(case.split == "train" for case in cases)
        }
        places = _divide(free, seed, manifest.labels, {"val": VAL_PART_OF_TRAIN})
        return _place(manifest, places), warnings
    return manifest, warnings


def group_by_patient(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Return the cases of each patient; one without identifier is a patient of its own."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[_patient(case)].append(case)
    return groups


def count_leaks(groups: Groups) -> dict[tuple[Split, Split], int]:
    """Return how many patients stand in each pair of splits; only pairs that have any."""
    pairs = [(a, b) for place, a in enumerate(SPLITS) for b in SPLITS[place + 1 :]]
    splits = [{case.split for case in cases} for cases in groups.values()]
    counts = {pair: sum(set(pair) <= found for found in splits) for pair in pairs}
    return {pair: count for pair, count in counts.items() if count}


def _patient(case: Case) -> str:
    return f"patient {case.patient_id}" if case.patient_id else f"case {case.case_id}"


def _check_all_or_none(cases: Sequence[Case]) -> None:
    without = sum(case.split is None for case in cases)
    if 0 < without < len(cases):
        raise InputError(
            f"{without} of {len(cases)} cases have no split while the others have one",
            id="incomplete-split",
            hint="give every case a split (train, val, test), or none",
        )


def _check_leakage(groups: Groups, *, allow_leakage: bool) -> tuple[str, ...]:
    leaks = count_leaks(groups)
    if not leaks:
        return ()
    seen = "; ".join(
        f"{count} {'patient is' if count == 1 else 'patients are'} in {first} and {second}"
        for (first, second), count in leaks.items()
    )
    if not allow_leakage:
        raise InputError(
            f"{seen}: results on such a split look better than they are",
            id="patient-leakage",
            hint="split anew with 'radzoo data split', or go on with --allow-leakage",
        )
    return (f"patient leakage: {seen}; the results look better than they are",)


def _warn_unknown(cases: Sequence[Case]) -> tuple[str, ...]:
    unknown = sum(not case.patient_id for case in cases)
    if not unknown:
        return ()
    return (
        f"{unknown} of {len(cases)} cases have no patient identifier and count as patients of "
        "their own: the splits may share patients",
    )


def _divide(
    groups: Groups, seed: int, labels: Sequence[str], parts: Mapping[Split, float]
) -> dict[str, Split]:
    """Draw the `parts` from each stratum of patients; the rest is train."""
    strata: dict[str, list[str]] = defaultdict(list)
    rarity = _count_positives(groups, labels)
    for name, cases in groups.items():
        strata[_stratum(cases, rarity)].append(name)
    places: dict[str, Split] = {}
    for names in strata.values():
        ranked = sorted(names, key=lambda name: _rank(seed, name))
        start = 0
        for split, part in parts.items():
            at_least = 1 if len(names) > len(parts) else 0
            count = max(at_least, round(part * len(names)))
            places.update(dict.fromkeys(ranked[start : start + count], split))
            start += count
        places.update(dict.fromkeys(ranked[start:], "train"))
    return places


def _stratum(cases: Sequence[Case], rarity: Mapping[str, int]) -> str:
    """Name the stratum of a patient: the rarest label it has, with its highest value."""
    values = {label: max((case.targets.get(label) or 0.0) for case in cases) for label in rarity}
    present = [label for label, value in values.items() if value > 0]
    if not present:
        return ""
    rarest = min(present, key=lambda label: (rarity[label], label))
    return f"{rarest} {values[rarest]:g}"


def _count_positives(groups: Groups, labels: Sequence[str]) -> dict[str, int]:
    return {
        label: sum(
            any((case.targets.get(label) or 0.0) > 0 for case in cases) for cases in groups.values()
        )
        for label in labels
    }


def _rank(seed: int, patient: str) -> str:
    return hashlib.sha256(f"{seed} {patient}".encode("utf-8", "surrogateescape")).hexdigest()


def _place(manifest: Manifest, places: Mapping[str, Split]) -> Manifest:
    cases = tuple(
        replace(case, split=places.get(_patient(case), case.split)) for case in manifest.cases
    )
    return replace(manifest, cases=cases)

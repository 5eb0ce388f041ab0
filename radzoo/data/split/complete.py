"""Giving every case a split, for a run: by patient, always.

A patient's place depends on the seed, the patient and the labels, so that it is the same for
any order of rows and on any machine.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from radzoo.core.case import Case, Manifest, Split
from radzoo.core.errors import InputError
from radzoo.data.split.patients import (
    Groups,
    count_leaks,
    group_by_patient,
    name_patient,
    warn_of_unknown,
)
from radzoo.data.split.strata import deal, strata_of

TEST_PART: Final = 0.20
VAL_PART: Final = 0.10
VAL_PART_OF_TRAIN: Final = 0.125


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
    warnings = warn_of_unknown(manifest.cases)
    _check_all_or_none(manifest.cases)
    given = {case.split for case in manifest.cases} - {None}
    if not given:
        parts = {"test": TEST_PART, "val": VAL_PART}
        places = deal(groups, parts, strata_of(manifest), seed=seed, rest="train")
        return place(manifest, places), warnings
    warnings += _check_leakage(groups, allow_leakage=allow_leakage)
    if "train" in given and "val" not in given:
        free = {
            name: cases
            for name, cases in groups.items()
            if all(case.split == "train" for case in cases)
        }
        parts = {"val": VAL_PART_OF_TRAIN}
        places = deal(free, parts, strata_of(manifest), seed=seed, rest="train")
        return place(manifest, places), warnings
    return manifest, warnings


def place(manifest: Manifest, places: Mapping[str, str]) -> Manifest:
    """Put patients into splits; those without a place keep theirs."""
    cases = tuple(
        replace(case, split=cast(Split | None, places.get(name_patient(case), case.split)))
        for case in manifest.cases
    )
    return replace(manifest, cases=cases)


def _check_all_or_none(cases: tuple[Case, ...]) -> None:
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

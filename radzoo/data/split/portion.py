"""A part of the training patients, or one fold of all: what a run learns from, and is tested on."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from radzoo.core.case import Case, Manifest, Split
from radzoo.core.config import Portion
from radzoo.core.errors import InputError
from radzoo.data.split.complete import complete_splits
from radzoo.data.split.patients import Groups, group_by_patient, name_patient
from radzoo.data.split.plan import make_folds
from radzoo.data.split.rank import rank
from radzoo.data.split.strata import count_values, is_yes_or_no, strata_of, values_of

FOLD: Final = "fold"
FEW: Final = 4
"""Patients that there are, on average, for each value of a label by which they are drawn."""


def choose_cases(
    manifest: Manifest, portion: Portion, *, seed: int, allow_leakage: bool
) -> tuple[Manifest, tuple[str, ...]]:
    """Give every case a split, and return the cases of one run out of several.

    Args:
        manifest: as the data have it.
        portion: which run.
        seed: another seed gives another split, other folds and other patients.
        allow_leakage: go on, with a warning, though patients stand in two splits.

    Returns:
        the manifest, and warnings for the report.

    Raises:
        InputError: as `complete_splits`, or if there are too few patients.
    """
    shared = seed if portion.split_seed is None else portion.split_seed
    if portion.folds:
        manifest = take_fold(manifest, portion.fold, portion.folds, seed=shared)
    manifest, warnings = complete_splits(manifest, seed=shared, allow_leakage=allow_leakage)
    if portion.train_share < 1:
        manifest = take_share(manifest, portion.train_share, seed=seed)
    return manifest, warnings


def take_share(manifest: Manifest, share: float, *, seed: int) -> Manifest:
    """Keep a share of the training patients; val and test stay as they are.

    Patients of a smaller share are all in a larger one of the same seed, and findings are
    about as common in each.
    """
    training = [case for case in manifest.cases if case.split == "train"]
    groups = group_by_patient(training)
    kept: set[str] = set()
    for names in find_strata(groups, strata_of(manifest)).values():
        ranked = sorted(names, key=lambda name: rank(seed, f"share {name}"))
        kept.update(ranked[: math.ceil(share * len(ranked))])
    cases = tuple(
        case for case in manifest.cases if case.split != "train" or name_patient(case) in kept
    )
    return replace(manifest, cases=cases)


def find_strata(groups: Groups, labels: Sequence[str]) -> dict[str, list[str]]:
    """Return patients by the rarest thing that they have; empty text = nothing.

    A label with nearly as many values as there are patients is measured, and makes no strata.
    """
    yes_or_no = frozenset(label for label in labels if is_yes_or_no(groups, label))
    common_enough = [
        label
        for label in labels
        if label in yes_or_no or count_values(groups, label) * FEW <= len(groups)
    ]
    values = {name: values_of(cases, common_enough, yes_or_no) for name, cases in groups.items()}
    common = Counter(value for found in values.values() for value in found)
    strata: dict[str, list[str]] = defaultdict(list)
    for name, found in values.items():
        rarest = min(found, key=lambda value: (common[value], value), default="")
        strata[rarest].append(name)
    return strata


def take_fold(manifest: Manifest, fold: int, folds: int, *, seed: int) -> Manifest:
    """Let one fold be judged on, and the others be learnt from.

    Where the data say which cases are test, those stay test, and the fold is val. Else the
    fold is test, the next one val. Folds that `radzoo data split --folds` numbered are used.

    Raises:
        InputError: if the data have other folds, or too few patients.
    """
    places = place_folds(manifest, folds, seed=seed)
    tested = any(case.split == "test" for case in manifest.cases)

    def split_of(case: Case) -> Split:
        number = places.get(name_patient(case))
        if number is None:
            return "test"
        if number == fold:
            return "val" if tested else "test"
        return "val" if not tested and number == (fold + 1) % folds else "train"

    return replace(
        manifest, cases=tuple(replace(case, split=split_of(case)) for case in manifest.cases)
    )


def place_folds(manifest: Manifest, folds: int, *, seed: int) -> dict[str, int]:
    """Return patient to fold, for all patients without a case in test.

    Raises:
        InputError: if the data have other folds, or too few patients.
    """
    groups = group_by_patient(manifest.cases)
    free = {
        name: cases
        for name, cases in groups.items()
        if not any(case.split == "test" for case in cases)
    }
    given = {name: cases[0].groups.get(FOLD) for name, cases in free.items()}
    known = {number for number in given.values() if number}
    if not known:
        dealt = make_folds(free, folds, strata_of(manifest), seed=seed)
        return {name: int(number) for name, number in dealt.items()}
    if known != {str(number) for number in range(folds)} or None in given.values():
        raise InputError(
            f"the data have {len(known)} folds, not all of the {folds} that were asked for",
            id="other-folds",
            hint=f"give --folds {len(known)}, or number them anew with radzoo data split --folds",
        )
    return {name: int(number) for name, number in given.items() if number}

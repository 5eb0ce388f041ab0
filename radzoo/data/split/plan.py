"""Splitting a data set anew: shares, strata, hold-outs, folds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from radzoo.core.case import Case, Manifest, Refused, Split
from radzoo.core.errors import InputError, UsageError
from radzoo.core.registry import did_you_mean
from radzoo.data.split.complete import TEST_PART, VAL_PART
from radzoo.data.split.hold_out import HoldOut, check_found
from radzoo.data.split.patients import Groups, group_by_patient, name_patient, warn_of_unknown
from radzoo.data.split.strata import (
    EVENT,
    deal,
    is_continuous,
    is_yes_or_no,
    strata_of,
    values_of,
)

PUT_ASIDE: Final = "put-aside: another case of the patient is held out"


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """What is wanted of a split.

    Attributes:
        test: share of patients; None = 0.2, or nothing where cases are held out or folds
            are made.
        val: share of the patients that are not held out; None = 0.1, or nothing with folds.
        stratify: labels, groups such as `site`, or `event` of times; None = all labels (without
            any: the event), empty = none.
        hold_out: rules; what any of them holds out becomes test.
        folds: make so many folds of all that is not test.
    """

    test: float | None = None
    val: float | None = None
    stratify: tuple[str, ...] | None = None
    hold_out: tuple[HoldOut, ...] = ()
    folds: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A split, and what is to be said of it.

    Attributes:
        manifest: every case has a split or a fold or both.
        put_aside: cases that are in none, so that nobody is on both sides.
    """

    manifest: Manifest
    put_aside: tuple[Refused, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def split_anew(manifest: Manifest, plan: SplitPlan) -> Planned:
    """Give every case a place; splits and folds that it has are forgotten.

    A patient with cases inside and outside a hold-out is tested on those inside; the others
    are put aside, since they are neither of the held-out kind nor of another patient.

    Raises:
        InputError: if a hold-out or a label does not exist, or there are too few patients.
        UsageError: if the shares contradict each other.
    """
    cases = tuple(_forget(case) for case in manifest.cases)
    parts = choose_parts(plan)
    held, free, aside = separate(cases, plan.hold_out)
    by, notes = choose_strata(group_by_patient(free), manifest, plan)
    groups = group_by_patient(free)
    notes = (*_say_held_out(plan, cases, held, aside), *notes)
    places = deal(groups, parts, by, seed=plan.seed, rest="train")
    if plan.folds:
        learning = {name: groups[name] for name, part in places.items() if part == "train"}
        places |= make_folds(learning, plan.folds, by, seed=plan.seed)
    warnings = (*warn_of_unknown(cases), *warn_of_small_strata(groups, places, by))
    placed = tuple(
        _put(case, places.get(name_patient(case)), held, tests="test" in parts or bool(held))
        for case in cases
        if case.case_id not in aside
    )
    put_aside = tuple(Refused(case.case_id, PUT_ASIDE) for case in cases if case.case_id in aside)
    return Planned(replace(manifest, cases=placed), put_aside, notes, warnings)


def choose_parts(plan: SplitPlan) -> dict[str, float]:
    """Return the shares of test and val, those that are wanted.

    Raises:
        UsageError: if they leave nothing for training, or contradict hold-outs or folds.
    """
    if plan.hold_out and plan.test:
        raise UsageError(
            "--test was given with --hold-out, which says already what is tested",
            id="test-and-hold-out",
            hint="leave --test away",
        )
    if plan.folds and plan.val:
        raise UsageError(
            "--val was given with --folds, where each fold is val once",
            id="val-and-folds",
            hint="leave --val away",
        )
    test = (0.0 if plan.hold_out or plan.folds else TEST_PART) if plan.test is None else plan.test
    val = (0.0 if plan.folds else VAL_PART) if plan.val is None else plan.val
    if not (0 <= test < 1 and 0 <= val < 1 and test + val < 1):
        raise UsageError(
            f"--test {test:g} and --val {val:g} leave nothing to train on",
            id="bad-parts",
            hint="shares between 0 and 1 whose sum is below 1, such as --test 0.2 --val 0.1",
        )
    return {name: share for name, share in (("test", test), ("val", val)) if share > 0}


def separate(
    cases: Sequence[Case], rules: Sequence[HoldOut]
) -> tuple[frozenset[str], list[Case], frozenset[str]]:
    """Return the names of the cases that are held out, those that are free, and those aside."""
    for rule in rules:
        check_found(rule, cases)
    held = frozenset(case.case_id for case in cases if any(rule.has(case) for rule in rules))
    whose = {name_patient(case) for case in cases if case.case_id in held}
    aside = frozenset(
        case.case_id for case in cases if case.case_id not in held and name_patient(case) in whose
    )
    free = [case for case in cases if case.case_id not in held | aside]
    if not free:
        raise InputError(
            "every patient has a case that is held out: nobody is left to learn from",
            id="nothing-left",
            hint="hold out less",
        )
    return held, free, aside


def choose_strata(
    groups: Groups, manifest: Manifest, plan: SplitPlan
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return by what is stratified, and a note of labels that have no classes.

    Raises:
        InputError: if there is no such label or group.
    """
    times = (EVENT,) if any(case.event is not None for case in manifest.cases) else ()
    groups_known = sorted({n for c in manifest.cases for n in c.groups} - {"fold"})
    known = (*manifest.labels, *times, *groups_known)
    wanted = strata_of(manifest) if plan.stratify is None else plan.stratify
    for name in wanted:
        if name not in known:
            raise InputError(
                f"the data have no label and no group '{name}' to stratify by",
                id="unknown-label",
                hint=f"{did_you_mean(name, list(known))} known: {', '.join(known)}".strip(),
            )
    measured = [name for name in wanted if is_continuous(groups, name)]
    notes = tuple(
        f"not stratified by '{name}': it is measured, and has no classes" for name in measured
    )
    return tuple(name for name in wanted if name not in measured), notes


def make_folds(groups: Groups, folds: int, by: Sequence[str], *, seed: int) -> dict[str, str]:
    """Deal patients into folds `0`, `1` ... of equal share.

    Raises:
        InputError: if there are fewer patients than folds.
    """
    if not 2 <= folds <= len(groups):
        raise InputError(
            f"{folds} folds of {len(groups)} patients were asked for; needed 2 or more, "
            "and a patient for each",
            id="bad-folds",
            hint="--folds 5 is usual",
        )
    parts = {str(number): 1 / folds for number in range(1, folds)}
    return deal(groups, parts, by, seed=seed, rest="0", exact=True)


def warn_of_small_strata(
    groups: Groups, places: Mapping[str, str], by: Sequence[str]
) -> tuple[str, ...]:
    """Say which value is too rare to be in every part."""
    parts = sorted(set(places.values()))
    yes_or_no = frozenset(name for name in by if is_yes_or_no(groups, name))
    seen: dict[str, Counter[str]] = {}
    for name, cases in groups.items():
        for value in values_of(cases, by, yes_or_no):
            seen.setdefault(value, Counter())[places[name]] += 1
    notes = []
    for value, counts in sorted(seen.items()):
        without = [part if not part.isdecimal() else f"fold {part}" for part in parts
                   if not counts[part]]  # fmt: skip
        if without:
            n = counts.total()
            notes.append(
                f"'{value}' is too rare for every part: {n} {'patient has' if n == 1 else 'patients have'} "  # noqa: E501
                f"it, and none of {', '.join(without)}"
            )
    return tuple(notes)


def _say_held_out(
    plan: SplitPlan, cases: Sequence[Case], held: frozenset[str], aside: frozenset[str]
) -> tuple[str, ...]:
    if not plan.hold_out:
        return ()
    rules = " or ".join(str(rule) for rule in plan.hold_out)
    notes = [f"{len(held):,} of {len(cases):,} cases are held out for testing because of {rules}"]
    for field, rule in {rule.field: rule for rule in plan.hold_out}.items():
        unknown = sum(not rule.value_of(case) for case in cases)
        if unknown:
            notes.append(f"{unknown:,} cases have no {field} and are not held out by it")
    if aside:
        whose = {name_patient(case) for case in cases if case.case_id in aside}
        notes.append(
            f"kept {len(cases) - len(aside):,} of {len(cases):,} cases because {len(whose):,} patients "  # noqa: E501
            f"have cases inside and outside the hold-out: their {len(aside):,} others are put aside"
        )
    return tuple(notes)


def _forget(case: Case) -> Case:
    groups = {name: value for name, value in case.groups.items() if name != "fold"}
    return replace(case, split=None, groups=groups)


def _put(case: Case, part: str | None, held: frozenset[str], *, tests: bool) -> Case:
    """Write down the place of a case: a split, or a fold."""
    if case.case_id in held:
        return replace(case, split="test")
    if part is not None and part.isdecimal():
        groups = {**case.groups, "fold": part}
        return replace(case, split="train" if tests else None, groups=groups)
    return replace(case, split=cast(Split, part))

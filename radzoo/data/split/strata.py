"""Dealing patients into parts so that labels are about as common in each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from radzoo.core.case import Case, Manifest
from radzoo.data.split.iterative import stratify
from radzoo.data.split.patients import Groups
from radzoo.data.split.rank import rank

MOST_VALUES: Final = 50
EVENT: Final = "event"
YES_OR_NO: Final = frozenset({0.0, 1.0, None})


def deal(
    groups: Groups, parts: Mapping[str, float], by: Sequence[str], *, seed: int, rest: str,
    exact: bool = False,
) -> dict[str, str]:  # fmt: skip
    """Give every patient a part, or else `rest`.

    One label that is there or not makes two strata, and from each a share is drawn. Several
    labels, or several classes, are stratified iteratively.

    Args:
        groups: patients and their cases.
        parts: name of a part to its share.
        by: labels and groups (such as `site`) that should be as common in each part; labels
            that are measured have no part in it.
        seed: another seed gives other parts.
        rest: the part of those that are left; its share is what the others leave.
        exact: no part may take what rounding leaves, as the rest does: for folds.

    Returns:
        Patient to the name of its part.
    """
    by = [name for name in by if not is_continuous(groups, name)]
    yes_or_no = frozenset(name for name in by if is_yes_or_no(groups, name))
    if set(by) == yes_or_no and len(by) <= 1 and not exact:
        return _draw(groups, parts, by, seed=seed, rest=rest)
    values = {name: values_of(cases, by, yes_or_no) for name, cases in groups.items()}
    left = 1 - sum(parts.values())
    return stratify(values, {rest: left, **parts}, seed=seed)


def values_of(
    cases: Sequence[Case], by: Sequence[str], yes_or_no: Collection[str]
) -> frozenset[str]:
    """Return what a patient has: `label` where it is there, `label=2` for a class, `site=A`."""
    found = set()
    for case in cases:
        for name in by:
            value = value_of(case, name)
            if name in yes_or_no:
                found.update([name] if value else [])
            elif value is not None:
                found.add(f"{name}={value:g}")
            elif case.groups.get(name):
                found.add(f"{name}={case.groups[name]}")
    return frozenset(found)


def is_yes_or_no(groups: Groups, label: str) -> bool:
    """Is the label 0, 1 or blank for every case, and is it a label at all?"""
    seen = {value_of(case, label) for cases in groups.values() for case in cases}
    return seen <= YES_OR_NO and seen != {None}


def is_continuous(groups: Groups, label: str) -> bool:
    """Has it too many values for each to be a class?"""
    return count_values(groups, label) > MOST_VALUES


def count_values(groups: Groups, label: str) -> int:
    """Count the values of a label; not being labelled is one of them."""
    return len({value_of(case, label) for cases in groups.values() for case in cases})


def strata_of(manifest: Manifest) -> tuple[str, ...]:
    """Return what is stratified by unless somebody says otherwise: labels, or else the event."""
    if manifest.labels or all(case.event is None for case in manifest.cases):
        return manifest.labels
    return (EVENT,)


def value_of(case: Case, name: str) -> float | None:
    """Return the value of a label; `event`, if no label is called so, is how a time ended."""
    return case.targets.get(name, case.event if name == EVENT else None)


def _draw(
    groups: Groups, parts: Mapping[str, float], by: Sequence[str], *, seed: int, rest: str
) -> dict[str, str]:
    """Draw the parts from the patients with the one label, and from those without."""
    strata: dict[bool, list[str]] = defaultdict(list)
    for name, cases in groups.items():
        strata[any(value_of(case, label) for case in cases for label in by)].append(name)
    places: dict[str, str] = {}
    for names in strata.values():
        ranked = sorted(names, key=lambda name: rank(seed, name))
        start = 0
        for part, share in parts.items():
            at_least = 1 if len(names) > len(parts) else 0
            count = max(at_least, round(share * len(names)))
            places.update(dict.fromkeys(ranked[start : start + count], part))
            start += count
        places.update(dict.fromkeys(ranked[start:], rest))
    return places

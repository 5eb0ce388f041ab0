"""Boxes of COCO annotations: regions, each of one category."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Final

from radzoo.core.case import Case, Region
from radzoo.data.presets.segmented import as_rows
from radzoo.data.region_columns import tell_apart

Mark = tuple[str, Region]
"""The category of an object, and its box."""
NUMBERS: Final = 4
"""Of a box: x, y, width and height in pixels, as a region has them."""


def read_box(annotation: Mapping[str, object]) -> Region | None:
    """Return the box of one object; None if it has none, or is a crowd."""
    given = as_rows(annotation.get("bbox"))
    if len(given) != NUMBERS or annotation.get("iscrowd"):
        return None
    numbers = tuple(float(one) for one in given if isinstance(one, int | float))
    known = len(numbers) == NUMBERS and all(map(isfinite, numbers))
    return Region("box", numbers) if known else None


def part_images(
    marked: Sequence[tuple[Case, Sequence[Mark]]],
) -> tuple[tuple[Case, ...], list[str]]:
    """Return a case for each box, and what to say of it.

    The category of a box is its only one. Images without boxes are left out.
    """
    pairs = [(_of_box(case, mark), case.case_id) for case, marks in marked for mark in marks]
    cases = tell_apart([one for one, _ in pairs], [name for _, name in pairs], named=False)
    kept = sum(bool(marks) for _, marks in marked)
    notes = [f"{len(cases):,} boxes are cases of their own"]
    if kept < len(marked):
        notes += [f"kept {kept:,} of {len(marked):,} images because the others have no box"]
    return cases, notes


def _of_box(case: Case, mark: Mark) -> Case:
    category, region = mark
    targets = {
        label: None if value is None else float(label == category)
        for label, value in case.targets.items()
    }
    return replace(case, targets=targets, region=region)

"""The columns of a manifest that say which part of an image each case is about."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final, Literal

from radzoo.core.case import Case, Manifest, Refused, Region
from radzoo.core.errors import InputError
from radzoo.data.options import DataOptions
from radzoo.data.refusal import describe_reason
from radzoo.data.table import Table

Kind = Literal["bbox", "mask", "point", "none"]
KINDS: Final[Mapping[str, Literal["box", "mask", "point"]]] = {
    "bbox": "box", "mask": "mask", "point": "point",
}  # fmt: skip
NAMES: Final = {kind: name for name, kind in KINDS.items()}
COLUMN: Final = "region"
MASK: Final = ("mask", "mask_path")
LABEL: Final = "mask_label"
SIDES: Final = (
    ("x", "y", "z"),
    (("w", "width"), ("h", "height"), ("d", "depth")),
)
CORNERS: Final = (("x_min", "y_min", "z_min"), ("x_max", "y_max", "z_max"))
BARE: Final = (("x", "y", "z"), ("width", "height", "depth"))
SEPARATORS: Final = re.compile(r"[\s,;|]+")
BRACKETS: Final = "[](){}"
MOST_AXES: Final = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Where regions stand in a table.

    Attributes:
        kind: what they are.
        whole: the column with all numbers of a region in one cell.
        each: a column for each number.
        corners: are the last numbers the far corner, rather than width and height?
    """

    kind: Literal["box", "mask", "point"]
    whole: str | None = None
    each: tuple[str, ...] = ()
    corners: bool = False


def read_regions(table: Table, options: DataOptions) -> list[Region | None] | None:
    """Return the region of each row, None for those that name none; None if nobody asks.

    Raises:
        InputError: if the columns that were asked for are missing, or a cell is no region.
    """
    columns = find_columns(table, options)
    if columns is None:
        return None
    label = table.find((LABEL,))
    regions: list[Region | None] = []
    for row, cells in enumerate(table.rows):
        numbers: tuple[float, ...] | None
        if columns.kind == "mask":
            mask = table.find(MASK)
            there = bool(mask and cells[mask])
            text = cells[label] if label else ""
            numbers = (_numbers(text) if text else ()) if there else None
            if numbers is None and there:
                raise _refuse_cell(table, row, LABEL)
        else:
            numbers = _read_row(table, row, columns)
        regions.append(None if numbers is None else Region(columns.kind, numbers))
    return regions


def find_columns(table: Table, options: DataOptions) -> Columns | None:
    """Return the columns of regions: those that are asked for, or else boxes, or else points.

    Raises:
        InputError: if those that are asked for are missing.
    """
    asked = options.region or _stated(table)
    if asked == "none":
        return None
    if asked == "mask":
        if table.find(MASK) is None:
            raise _missing(table, "mask")
        return Columns("mask")
    if asked != "point" and (box := _find_box(table, bare=asked == "bbox")):
        return box
    if asked == "bbox":
        raise _missing(table, "bbox")
    point = _find_point(table)
    if asked == "point" and point is None:
        raise _missing(table, "point")
    return point


def tell_apart(cases: Sequence[Case], images: Sequence[str], *, named: bool) -> tuple[Case, ...]:
    """Tell the regions of one image apart, and keep them with one patient.

    Cases of an image that stands in several rows become `image#1`, `image#2` ..., unless a
    column names them. If nobody knows the patient, the image is the patient.

    Args:
        cases: with regions.
        images: of each case, as the table names it.
        named: has the table a column `case_id`?

    Raises:
        InputError: if the regions of one image are of two patients, or a name stands twice.
    """
    rows, seen, told = Counter(images), Counter[str](), []
    patients: dict[str, str] = {}
    for case, image in zip(cases, images, strict=True):
        if rows[image] == 1:
            told.append(case)
            continue
        if patients.setdefault(image, case.patient_id) != case.patient_id:
            raise InputError(
                "regions of one image are given to several patients",
                id="image-of-two-patients",
                hint="give all rows of an image the same patient_id",
            )
        seen[image] += 1
        name = case.case_id if named else f"{image}#{seen[image]}"
        told.append(replace(case, case_id=name, patient_id=case.patient_id or image))
    if len({case.case_id for case in told}) < len(told):
        raise InputError(
            "a region is called like another image",
            id="duplicate-case",
            hint="name every row in a column case_id",
        )
    return tuple(told)


def keep_together(cases: Sequence[Case], images: Sequence[str]) -> tuple[Case, ...]:
    """Give rows of one image one patient, the image, where nobody knows theirs.

    Else the same pixels could stand on both sides of a split.
    """
    rows = Counter(images)
    return tuple(
        replace(case, patient_id=image) if rows[image] > 1 and not case.patient_id else case
        for case, image in zip(cases, images, strict=True)
    )


def refuse_whole(manifest: Manifest) -> Manifest:
    """Refuse the cases that name no region, where others do.

    A network that is fed whole images of some and regions of others learns to tell these apart.
    """
    without = [case for case in manifest.cases if case.region is None]
    if not without or len(without) == len(manifest.cases):
        return manifest
    refused = tuple(Refused(case.case_id, describe_reason("no-region")) for case in without)
    cases = tuple(case for case in manifest.cases if case.region is not None)
    return replace(manifest, cases=cases, refused=(*manifest.refused, *refused))


def write_regions(cases: Sequence[Case]) -> dict[str, list[str | float]]:
    """Return the columns from which `read_regions` reads the same regions again."""
    regions = [case.region for case in cases]
    kinds = {region.kind for region in regions if region is not None}
    columns: dict[str, list[str | float]] = {
        COLUMN: [NAMES[region.kind] if region else "" for region in regions]
    }
    for kind in sorted(kinds):
        name = LABEL if kind == "mask" else NAMES[kind]
        columns[name] = [
            ",".join(f"{number:.10g}" for number in region.numbers)
            if region and region.kind == kind
            else ""
            for region in regions
        ]
    return columns


def _stated(table: Table) -> str | None:
    """Return what the column `region` says, if it is ours: another may name parts of a body."""
    column = table.find((COLUMN,))
    said = {cell.casefold() for cell in table.column(column)} - {""} if column else set[str]()
    return min(said) if len(said) == 1 and said <= KINDS.keys() else None


def _find_box(table: Table, *, bare: bool) -> Columns | None:
    whole = table.find(("bbox",))
    if whole:
        return Columns("box", whole)
    starts, lengths = SIDES
    first = [table.find((f"bbox_{axis}",)) for axis in starts]
    last = [table.find([f"bbox_{name}" for name in names]) for names in lengths]
    if each := _pair(first, last):
        return Columns("box", each=each)
    for prefix in ("", "bbox_"):
        low, high = ([table.find((f"{prefix}{name}",)) for name in names] for names in CORNERS)
        if each := _pair(low, high):
            return Columns("box", each=each, corners=True)
    if bare:
        low, high = ([table.find((name,)) for name in names] for names in BARE)
        if each := _pair(low, high):
            return Columns("box", each=each)
    return None


def _pair(first: Sequence[str | None], last: Sequence[str | None]) -> tuple[str, ...]:
    """Return the columns of all axes that have both; none unless two axes have."""
    axes = [(a, b) for a, b in zip(first, last, strict=True) if a and b]
    if len(axes) < 2:
        return ()
    return (*(a for a, _ in axes), *(b for _, b in axes))


def _find_point(table: Table) -> Columns | None:
    whole = table.find(("point",))
    if whole:
        return Columns("point", whole)
    each = [table.find((f"point_{axis}",)) for axis in ("x", "y", "z")]
    named = tuple(column for column in each if column)
    return Columns("point", each=named) if each[0] and each[1] else None


def _read_row(table: Table, row: int, columns: Columns) -> tuple[float, ...] | None:
    """Return the numbers of a row; None if the row is blank."""
    cells = table.rows[row]
    if columns.whole is not None:
        text = cells[columns.whole]
        if not _said(text):
            return None
        numbers = _numbers(text)
    else:
        said = [_said(cells[column]) for column in columns.each]
        if not any(said):
            return None
        numbers = _numbers(" ".join(cells[column] for column in columns.each)) if all(said) else ()
    axes = len(numbers or ()) / (2 if columns.kind == "box" else 1)
    if numbers is None or axes not in (2, MOST_AXES):
        raise _refuse_cell(table, row, NAMES[columns.kind])
    if columns.corners:
        half = len(numbers) // 2
        low, high = numbers[:half], numbers[half:]
        return (*low, *(end - start for start, end in zip(low, high, strict=True)))
    return numbers


def _said(text: str) -> bool:
    return text.strip(BRACKETS + " ").casefold() not in {"", "nan", "none", "null"}


def _numbers(text: str) -> tuple[float, ...] | None:
    """Read `1,2,3,4`, `[1.0, 2, 3, 4]` or the like; None if it is anything else."""
    words = SEPARATORS.split(text.strip(BRACKETS + " "))
    try:
        numbers = tuple(float(word) for word in words)
    except ValueError:
        return None
    return numbers if all(isfinite(number) for number in numbers) else None


def _refuse_cell(table: Table, row: int, column: str) -> InputError:
    formats = {
        "bbox": "x,y,width,height in pixels, or x,y,z,width,height,depth in a volume",
        "point": "x,y in pixels, or x,y,z in a volume",
        LABEL: "the numbers of the labels that count, such as 1 or 1,3",
    }
    return InputError(
        f"{table.path.name} has a {column} in row {row + table.first_row} that cannot be read",
        id="bad-region",
        hint=f"needed: {formats[column]}; --region none leaves regions out",
    )


def _missing(table: Table, kind: str) -> InputError:
    names = {
        "bbox": "bbox, or bbox_x, bbox_y, bbox_w and bbox_h",
        "mask": "mask",
        "point": "point, or point_x and point_y",
    }
    return InputError(
        f"{table.path.name} has no regions of the kind {kind}; needed a column {names[kind]}",
        id="missing-column",
        hint=f"columns: {', '.join(table.columns)}",
    )

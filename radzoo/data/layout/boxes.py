"""Rows that name boxes: regions, which are cases of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite

from radzoo.core.case import Region
from radzoo.core.errors import InputError, UsageError
from radzoo.data.layout.images import Matched
from radzoo.data.layout.schema import Boxes, Layout
from radzoo.data.layout.sheet import Row, Sheet
from radzoo.data.options import DataOptions

MADE_OF_ALL = ("majority", "all")
"""Rules for readers that would need to know which boxes of theirs are the same."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Images, or the regions that they fell into.

    Attributes:
        matched: the rows and the file of each.
        regions: name of a region to where it lies; empty for whole images.
        images: name of a region to that of its image.
    """

    matched: Matched
    regions: Mapping[str, Region] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)

    def image_of(self, name: str) -> str:
        """Return the image that a case is, or is in."""
        return self.images.get(name, name)


def as_asked(layout: Layout, options: DataOptions) -> Layout:
    """Return the layout of the regions if they are asked for and known, else of whole images.

    Raises:
        UsageError: if readers are to be combined, who drew boxes of their own.
    """
    boxes = layout.boxes
    if options.region != "bbox" or boxes is None:
        return layout.model_copy(update={"boxes": None})
    if options.readers in MADE_OF_ALL:
        raise UsageError(
            f"--readers {options.readers} was given, and every reader drew boxes of their own",
            id="boxes-of-readers",
            hint="--readers any keeps all boxes, --readers NAME those of one reader",
        )
    others = ("tables", "derive", "cases", "labels")
    given = {name: part for name in others if (part := getattr(boxes, name))}
    return layout.model_copy(update=given)


def part_images(boxes: Boxes | None, matched: Matched, sheet: Sheet) -> Parted:
    """Make a case of every row that has a box; images without any are left out, with a note.

    Regions of an image that has several are called `image#1`, `image#2` ...

    Raises:
        InputError: if a column is missing, or a cell is no number.
    """
    if boxes is None:
        return Parted(matched)
    for column in boxes.columns:
        sheet.require([column])
    rows: dict[str, list[Row]] = {}
    regions: dict[str, Region] = {}
    images: dict[str, str] = {}
    for image, its_rows in matched.rows.items():
        found = [(row, box) for row in its_rows if (box := _read_box(boxes, row))]
        for number, (row, box) in enumerate(found, start=1):
            name = f"{image}#{number}" if len(found) > 1 else image
            rows[name], regions[name], images[name] = [row], Region("box", box), image
    files = {name: replace(matched.files[image], name=name) for name, image in images.items()}
    kept, everything = len(set(images.values())), len(matched.rows)
    notes: tuple[str, ...] = (f"{len(regions):,} boxes are cases of their own",)
    if kept < everything:
        notes += (f"kept {kept:,} of {everything:,} images because the others have no box",)
    matched = replace(matched, rows=rows, files=files, notes=(*matched.notes, *notes))
    return Parted(matched, regions, images)


def _read_box(boxes: Boxes, row: Row) -> tuple[float, ...] | None:
    """Return x, y, width and height; None if the row is blank there."""
    cells = [row.get(column) for column in boxes.columns]
    if not any(cells):
        return None
    try:
        x, y, wide, high = (float(cell) for cell in cells)
    except ValueError:
        raise _no_box(row) from None
    if not all(map(isfinite, (x, y, wide, high))):
        raise _no_box(row)
    return (x, y, wide - x, high - y) if boxes.corners else (x, y, wide, high)


def _no_box(row: Row) -> InputError:
    return InputError(
        f"{row.place} has a box that cannot be read",
        id="bad-region",
        hint="needed: four numbers, or four blank cells; --region none leaves boxes out",
    )

"""Which masks are to be compared: a table of references and predictions.

Columns: `mask` (the reference) and `prediction`, paths relative to the table; `case_id` and
`patient_id`; and, if needed, `mask_member` and `prediction_member` (`segment/2`), `image` (the
image on whose voxels both masks lie) and `image_member` (`series/HASH` of a folder), `spacing_mm`
(`0.5 0.5`, for pictures) and `structures` (`1=anterior,2=posterior`, or one name for all that is
not 0).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.core import delimited
from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions_table import Table, place, read_table, require_columns
from radzoo.core.publish import publish

Structures = tuple[tuple[int, str], ...]

REFERENCE, PREDICTION = "mask", "prediction"
HIGHEST_LABEL = 65535


@dataclass(frozen=True, slots=True)
class MaskPair:
    """One reference and the prediction of the same image.

    Attributes:
        reference: file of the true mask; `prediction`, None where the cell is blank.
        reference_member: the part of it that is meant; empty for all.
        image: the image on whose voxels both lie; None = the reference's own grid.
        image_member: the part of it that is meant; empty for the whole.
        spacing_mm: what the table says of the spacing; None = what the files say.
        structures: numbers in the masks and what they are; the number 0 = all that is not 0;
            () = as the masks themselves have them.
    """

    case_id: str
    patient_id: str
    reference: Path | None
    prediction: Path | None
    reference_member: str = ""
    prediction_member: str = ""
    image: Path | None = None
    spacing_mm: tuple[float, ...] | None = None
    structures: Structures = ()
    image_member: str = ""


def is_table_of_pairs(table: Table) -> bool:
    """Has it the columns of files of masks?"""
    return REFERENCE in table or PREDICTION in table


def read_mask_pairs(path: Path) -> list[MaskPair]:
    """Read the table; the rows keep their order.

    A case may have several rows, each with its own structure.

    Raises:
        InputError: if it lacks a column, has no row, names a case twice for one structure, or
            has a spacing or structures that cannot be read; the message names the line.
    """
    table = read_table(path)
    require_columns(path, table, (REFERENCE, PREDICTION))
    n_rows = len(table[REFERENCE])
    if not n_rows:
        raise InputError(
            f"{path} has column names but no pair of masks",
            id="empty-file",
            hint="one row per case is needed",
        )
    pairs = [read_pair(path, table, row) for row in range(n_rows)]
    times = Counter((pair.case_id, pair.structures) for pair in pairs)
    for row, pair in enumerate(pairs):
        if times[pair.case_id, pair.structures] > 1:
            raise InputError(
                f"{place(path, row)} has the same case and structures as another row",
                id="duplicate-case",
                hint="one row per case, or per case and structure",
            )
    return pairs


def read_pair(path: Path, table: Table, row: int) -> MaskPair:
    """Read one row."""

    def cell(column: str) -> str:
        return table[column][row] if column in table else ""

    def file(column: str) -> Path | None:
        return path.parent / cell(column) if cell(column) else None

    try:
        structures = parse_structures(cell("structures"))
        spacing = parse_spacing(cell("spacing_mm"))
    except UsageError as error:
        raise InputError(f"{place(path, row)}: {error}", id=error.id, hint=error.hint) from None
    return MaskPair(
        cell("case_id") or cell("id") or cell(REFERENCE) or f"row {row + 1}",
        cell("patient_id"),
        file(REFERENCE),
        file(PREDICTION),
        cell("mask_member"),
        cell("prediction_member"),
        file("image"),
        spacing,
        structures,
        cell("image_member"),
    )


def write_mask_pairs(path: Path, pairs: Sequence[MaskPair]) -> None:
    """Write a table that `read_mask_pairs` reads, whole or not at all.

    Raises:
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    columns: dict[str, list[str | float]] = {
        "case_id": [pair.case_id for pair in pairs],
        "patient_id": [pair.patient_id for pair in pairs],
        REFERENCE: [str(pair.reference or "") for pair in pairs],
        "mask_member": [pair.reference_member for pair in pairs],
        PREDICTION: [str(pair.prediction or "") for pair in pairs],
        "image": [str(pair.image or "") for pair in pairs],
        "image_member": [pair.image_member for pair in pairs],
        "spacing_mm": [" ".join(f"{step:.9g}" for step in pair.spacing_mm or ()) for pair in pairs],
        "structures": [write_structures(pair.structures) for pair in pairs],
    }
    publish(path, lambda partial: delimited.write_columns(partial, columns))


def write_structures(structures: Structures) -> str:
    """Write what `parse_structures` reads."""
    return ",".join(f"{number}={name}" if number else name for number, name in structures)


def parse_structures(text: str) -> Structures:
    """Read `1=anterior,2=posterior`; one name alone means all that is not 0.

    Several numbers may have one name: they are one structure.

    Raises:
        UsageError: if it is neither.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if len(parts) == 1 and "=" not in parts[0]:
        return ((0, parts[0]),)
    found = []
    for part in parts:
        number, _, name = (piece.strip() for piece in part.partition("="))
        if not (number.isdecimal() and 1 <= int(number[:9]) <= HIGHEST_LABEL and name):
            raise UsageError(
                "structures must be numbers from 1 to 65535 with names",
                id="bad-structures",
                hint="such as 1=anterior,2=posterior",
            )
        found.append((int(number), name))
    numbers = [number for number, _ in found]
    if len(set(numbers)) < len(numbers):
        raise UsageError(
            "structures name a number twice; each has one name",
            id="bad-structures",
            hint="such as 1=anterior,2=posterior; two numbers may share a name",
        )
    return tuple(found)


def parse_spacing(text: str) -> tuple[float, ...] | None:
    """Read `0.5 0.5`, `0.5x0.5` or `0.5,0.5` in mm; None if blank.

    Raises:
        UsageError: if it is no spacing of two or three axes.
    """
    if not text:
        return None
    try:
        steps = tuple(float(part) for part in text.replace("x", " ").replace(",", " ").split())
    except ValueError:
        steps = ()
    if len(steps) not in (2, 3) or not all(0 < step < float("inf") for step in steps):
        raise UsageError(
            "a spacing must be two or three lengths in mm",
            id="bad-spacing",
            hint="rows, then columns, such as 0.5 0.5; of a volume slices first",
        )
    return steps

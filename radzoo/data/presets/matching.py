"""Joining rows of labels with images, and saying how well that went."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from radzoo.core.errors import InputError
from radzoo.data.folder import Found, bare_name
from radzoo.data.header import Header
from radzoo.data.table import Table

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "path": ("path", "image_path", "file", "filename", "file_name", "image", "Image Index"),
    "SOPInstanceUID": ("SOPInstanceUID", "sop_id", "sop_uid", "instance_uid", "image_id"),
    "SeriesInstanceUID": ("SeriesInstanceUID", "series_id", "series_uid", "Series UID"),
    "StudyInstanceUID": ("StudyInstanceUID", "study_id", "study_uid", "Study UID"),
    "AccessionNumber": ("AccessionNumber", "accession", "accession_no", "accession_id", "acc"),
    "PatientID": ("PatientID", "patient", "subject_id", "subject", "mrn"),
}
SCIENTIFIC: Final = re.compile(r"^\d([.,]\d+)?[eE]\+\d+$")
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Match:
    """Which rows belong to which image.

    Attributes:
        key: what they were joined on, such as `AccessionNumber`.
        rows: name of an image to the numbers (from 0) of its rows.
        notes: match rates both ways, and the first few that found nothing.
    """

    key: str
    rows: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...]


def match_rows(table: Table, files: Sequence[Found], headers: Mapping[str, Header]) -> Match:
    """Join on the first of `KEYS` that has a column in the table and matches any image.

    Raises:
        InputError: if there is no such column, or nothing matches.
    """
    columns = {key: column for key, names in KEYS.items() if (column := table.find(names))}
    if not columns:
        raise InputError(
            f"{table.path.name} has no column to find the images by",
            id="missing-column",
            hint=f"one of {', '.join(KEYS)} was needed; columns: {', '.join(table.columns)}",
        )
    damaged = _note_damage(table, columns.values())
    for key, column in columns.items():
        cells = table.column(column)
        rows = _by_path(cells, files) if key == "path" else _by_header(cells, key, files, headers)
        if rows:
            zeros = _note_zeros(table, key, column, files, headers, rows)
            rates = _rates(table, key, files, rows)
            better = _note_better(key, rows, columns, table, files, headers)
            return Match(key, rows, (*damaged, *rates, *filter(None, (zeros, better))))
    lost = (_note_zeros(table, key, column, files, headers, {}) for key, column in columns.items())
    zeros = next(filter(None, lost), None)
    first = ", ".join(file.name for file in files[:SHOWN])
    raise InputError(
        f"none of the {len(table.rows)} rows of {table.path.name} belongs to one of the "
        f"{len(files)} images (looked at {', '.join(columns)})",
        id="labels-match-nothing",
        hint=next(iter(damaged), zeros)
        or "does the table belong to this folder? It holds "
        f"{first}; the table has columns {', '.join(columns.values())}",
    )


def _note_better(
    key: str, rows: Mapping[str, tuple[int, ...]], columns: Mapping[str, str],
    table: Table, files: Sequence[Found], headers: Mapping[str, Header],
) -> str | None:  # fmt: skip
    """Say which later key would find more than twice as many images; None if none does.

    A patient always finds more than an image does, and is no better.
    """
    keys = list(columns)
    for other in keys[keys.index(key) + 1 :]:
        found = _by_header(table.column(columns[other]), other, files, headers)
        if other != "PatientID" and len(found) > 2 * len(rows):
            return (
                f"{other} would find {len(found)} of {len(files)} images: "
                f"rename the column '{columns[key]}' to join on it"
            )
    return None


def _by_header(
    cells: Sequence[str], key: str, files: Sequence[Found], headers: Mapping[str, Header]
) -> dict[str, tuple[int, ...]]:
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, cell in enumerate(cells):
        if cell:
            rows_of[cell].append(row)
    found = ((file.name, headers[file.name].identifier(key)) for file in files)
    return {name: tuple(rows_of[value]) for name, value in found if value in rows_of}


def _by_path(cells: Sequence[str], files: Sequence[Found]) -> dict[str, tuple[int, ...]]:
    """Join on whole parts of the path from its end, where one path is the end of the other.

    `NORMAL/a.png` finds `train/NORMAL/a.png`, and `/mnt/study/a.png` finds `a.png`; but
    `patient2/a.png` never finds `patient1/a.png`. A cell that could mean several images is
    joined with none of them, and so is an image that several paths could mean. The suffix
    may be missing.
    """
    names_of: dict[tuple[str, ...], set[str]] = defaultdict(set)
    whole: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for file in files:
        parts = PurePosixPath(file.name).parts
        bare = (*parts[:-1], bare_name(parts[-1]))
        whole[parts].add(file.name)
        whole[bare].add(file.name)
        for start in range(len(parts)):
            names_of[parts[start:]].add(file.name)
            names_of[bare[start:]].add(file.name)
    rows: dict[str, list[int]] = defaultdict(list)
    paths: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row, cell in enumerate(cells):
        parts = PurePosixPath(cell.replace("\\", "/")).parts
        ends = (whole.get(parts[start:], set()) for start in range(1, len(parts)))
        found = names_of.get(parts) or next((names for names in ends if names), set())
        if len(found) == 1:
            name = next(iter(found))
            rows[name].append(row)
            paths[name].add(parts if parts not in names_of else ())
    return {name: tuple(numbers) for name, numbers in rows.items() if len(paths[name]) == 1}


def _rates(
    table: Table, key: str, files: Sequence[Found], rows: Mapping[str, tuple[int, ...]]
) -> list[str]:
    used = {row for numbers in rows.values() for row in numbers}
    notes = [
        f"joined on {key}: {len(rows)} of {len(files)} images found in the labels, "
        f"{len(used)} of {len(table.rows)} label rows found an image"
    ]
    without = [file.name for file in files if file.name not in rows]
    if without:
        notes.append(f"kept {len(rows)} of {len(files)} images because the others have no "
                     f"label, such as {', '.join(without[:SHOWN])}")  # fmt: skip
    unused = [str(row + table.first_row) for row in range(len(table.rows)) if row not in used]
    if unused:
        notes.append(
            f"kept {len(used)} of {len(table.rows)} label rows because the others found no image, "
            f"such as row {', '.join(unused[:SHOWN])} of {table.path.name}"
        )
    return notes


def _note_zeros(
    table: Table, key: str, column: str, files: Sequence[Found],
    headers: Mapping[str, Header], rows: Mapping[str, tuple[int, ...]],
) -> str | None:  # fmt: skip
    """Say how many more images would be found if leading zeros did not count; None if none.

    They do count: 007 and 7 may be two patients.
    """
    used = {row for numbers in rows.values() for row in numbers}
    left = {cell.lstrip("0") for row, cell in enumerate(table.column(column)) if row not in used}
    more = sum(
        _own_name(file, key, headers).lstrip("0") in left - {""}
        for file in files
        if file.name not in rows
    )
    if not more:
        return None
    return (
        f"{more} of {len(files)} images would be found if leading zeros did not count: did a "
        f"spreadsheet drop them from '{column}'? Export it again as text"
    )


def _own_name(file: Found, key: str, headers: Mapping[str, Header]) -> str:
    if key == "path":
        return bare_name(PurePosixPath(file.name).name)
    return headers[file.name].identifier(key)


def _note_damage(table: Table, columns: Collection[str]) -> tuple[str, ...]:
    """Say which identifiers a spreadsheet has turned into rounded numbers."""
    damaged = [
        column
        for column in table.columns
        if column in columns and any(SCIENTIFIC.match(cell) for cell in table.column(column))
    ]
    return tuple(
        f"the column '{column}' of {table.path.name} holds identifiers as rounded numbers "
        "(1.23E+15): a spreadsheet has damaged them, export them again as text"
        for column in damaged
    )

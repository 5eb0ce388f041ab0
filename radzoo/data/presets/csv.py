"""Preset: a manifest, one row per image, as CSV or Parquet."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from radzoo.core.case import SPLITS, Case, Manifest, Split
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.covariates import read_covariates
from radzoo.data.door import read_head
from radzoo.data.folder import Found, judge
from radzoo.data.header import read_headers
from radzoo.data.manifest_file import GROUPS
from radzoo.data.options import DataOptions
from radzoo.data.other_columns import other_columns, read_others
from radzoo.data.patients import find_patient_column, match_patient
from radzoo.data.readers.magic import is_image, is_npz
from radzoo.data.refusal import ImageRefused
from radzoo.data.region_columns import keep_together, read_regions, refuse_whole, tell_apart
from radzoo.data.split.stamp import COLUMN as STAMP
from radzoo.data.split.stamp import check_stamp
from radzoo.data.table import Table, read_table
from radzoo.data.times import read_times, targets_beside

PATH_COLUMNS: Final = ("path", "image_path", "file", "filename", "file_name", "image")
MASK_COLUMNS: Final = ("mask", "mask_path")
DATE_COLUMNS: Final = ("date", "study_date", "acquisition_date")
SPLIT_NAMES: Final[dict[str, Split]] = {
    "train": "train", "training": "train", "tr": "train",
    "val": "val", "valid": "val", "validation": "val", "validate": "val", "dev": "val",
    "test": "test", "testing": "test", "ts": "test",
}  # fmt: skip


def recognise(path: Path) -> bool:
    """Is it a file that is neither an image nor an archive?"""
    try:
        head = read_head(path) if path.is_file() else None
    except ImageRefused:
        return False
    return head is not None and not is_image(head) and not is_npz(head)


def read_csv(path: Path, options: DataOptions) -> Manifest:
    """Read a manifest; a relative `path` in it is relative to the manifest's own folder.

    Patients that it does not name are read from the headers of DICOM files, and hashed.

    Raises:
        InputError: if a column is missing, a split is unknown or a case stands twice.
    """
    table = read_table(path)
    column = table.find(PATH_COLUMNS) or table.require("path")
    times = read_times(table, options)
    targets = targets_beside(times, table, options)
    covariates = read_covariates(table, options)
    splits = read_splits(table)
    patient = find_patient_column(table, options)
    regions = read_regions(table, options)
    names = _names(table, column, repeated=regions is not None)
    others = other_columns(table, targets.labels, options)
    cases = []
    for row, cells in enumerate(table.rows):
        if not cells[column]:
            raise InputError(
                f"{path.name} has no path in row {row + table.first_row}",
                id="missing-path",
                hint="every row needs the path of its image",
            )
        file, _, member = cells[column].partition("::")
        mask, _, mask_member = _cell(table, row, *MASK_COLUMNS).partition("::")
        cases.append(
            Case(
                case_id=names[row],
                path=path.parent / file,
                member=member,
                targets=targets.rows[row],
                patient_id=cells[patient] if patient else match_patient(file, options),
                study_id=_cell(table, row, "study_id"),
                series_id=_cell(table, row, "series_id"),
                split=splits[row],
                groups=read_groups(table, row),
                mask=path.parent / mask if mask else None,
                mask_member=mask_member,
                time=times.times[row] if times else None,
                event=times.events[row] if times else None,
                covariates=covariates[row],
                region=regions[row] if regions else None,
                said=read_others(table, row, others),
            )
        )
    if not any(case.path.exists() for case in cases):
        raise InputError(
            f"none of the {len(cases)} files named in {path.name} exists below {path.parent}",
            id="missing-files",
            hint=f"to read a folder with this table, name the folder and give --labels {path.name}",
        )
    filled = _fill_patients(cases, options)
    if regions is None:
        filled = keep_together(filled, table.column(column))
    else:
        named = table.find(("case_id",)) is not None
        filled = tell_apart(filled, table.column(column), named=named)
    stamped = table.find((STAMP,))
    notes = check_stamp(filled, table.column(stamped)) if stamped else ()
    notes = (*targets.notes, *notes)
    return refuse_whole(Manifest(filled, targets.labels, notes=notes, classes=targets.classes))


def _fill_patients(cases: Sequence[Case], options: DataOptions) -> tuple[Case, ...]:
    """Take patients that the manifest does not name from the headers of its DICOM files."""
    files = [
        Found(case.case_id, case.path, dicom=True)
        for case in cases
        if not case.patient_id and judge(case.path) == "dicom"
    ]
    headers, _ = read_headers(files, options)  # what cannot be read is refused with its pixels
    return tuple(
        replace(
            case,
            patient_id=headers[case.case_id].patient_id,
            date=headers[case.case_id].date,
        )
        if case.case_id in headers
        else case
        for case in cases
    )


def read_splits(table: Table) -> list[Split | None]:
    """Return the split of each row; None where the table names none.

    Raises:
        InputError: if a name is none of the usual ones.
    """
    column = table.find(("split",))
    splits: list[Split | None] = []
    for row, cells in enumerate(table.rows):
        name = cells[column].casefold() if column else ""
        if name and name not in SPLIT_NAMES:
            raise InputError(
                f"{table.path.name} names an unknown split in row {row + table.first_row}",
                id="unknown-split",
                hint=f"the splits are {', '.join(SPLITS)}",
            )
        splits.append(SPLIT_NAMES[name] if name else None)
    return splits


def read_groups(table: Table, row: int) -> dict[str, str]:
    """Return site, scanner, sex, age, view, date and fold, as far as the table has them."""
    columns = {name: (DATE_COLUMNS if name == "date" else (name,)) for name in GROUPS}
    return {name: value for name in GROUPS if (value := _cell(table, row, *columns[name]))}


def _names(table: Table, column: str, *, repeated: bool) -> list[str]:
    """Return the case ids: a column of that name, else the paths; they must be distinct.

    Args:
        table: the manifest.
        column: of the paths.
        repeated: may a path stand in several rows, for its regions?
    """
    given = table.find(("case_id",))
    names = table.column(given or column)
    if (given or not repeated) and len(set(names)) < len(names):
        first = {name: row for row, name in reversed(list(enumerate(names)))}
        twice = next(row for row, name in enumerate(names) if first[name] < row)
        raise InputError(
            f"{table.path.name} names a case twice: row {twice + table.first_row}",
            id="duplicate-case",
            hint="give each case one row; a column case_id may tell rows of one image apart",
        )
    return names


def _cell(table: Table, row: int, *names: str) -> str:
    column = table.find(names)
    return table.rows[row][column] if column else ""


PRESET = Preset(name="csv", recognises=recognise, read=read_csv)

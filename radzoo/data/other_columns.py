"""Columns of a user's table that nothing else reads: what an audit looks for shortcuts in."""

from collections.abc import Sequence
from typing import Final

from radzoo.data.manifest_file import GROUPS
from radzoo.data.options import DataOptions
from radzoo.data.patients import PATIENT_COLUMNS
from radzoo.data.table import Table, fold_name

READ_ELSEWHERE: Final = (
    *PATIENT_COLUMNS, *GROUPS, "case_id", "path", "image_path", "file", "filename", "file_name",
    "image", "mask", "mask_path", "split", "study_id", "series_id", "bbox", "time", "event",
    "target", "date", "study_date", "acquisition_date", "StudyInstanceUID", "SeriesInstanceUID",
    "SOPInstanceUID", "AccessionNumber", "accession", "patient_name", "PatientName", "name",
)  # fmt: skip
"""With identifiers, which tell nothing but who."""


def other_columns(table: Table, labels: Sequence[str], options: DataOptions) -> tuple[str, ...]:
    """Return the columns that hold neither target, identifier, place of the image nor group.

    Args:
        table: the user's.
        labels: names of the targets.
        options: name columns that are read elsewhere.
    """
    asked = (options.target, options.patient, options.time, options.event)
    known = (*READ_ELSEWHERE, *labels, *(name for name in asked if name))
    folded = {fold_name(name) for name in known}
    return tuple(
        column for column in table.columns
        if fold_name(column) not in folded and not column.startswith(("target:", "score:"))
    )  # fmt: skip


def read_others(table: Table, row: int, columns: Sequence[str]) -> dict[str, str]:
    """Return what a row says in some columns, blanks left out."""
    cells = table.rows[row]
    return {column: cells[column] for column in columns if cells[column]}

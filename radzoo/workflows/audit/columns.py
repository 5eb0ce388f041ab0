"""What table, headers and files say of each case, as words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from radzoo.core.case import Case
from radzoo.data.door import read_head
from radzoo.data.guard import Guard, Request
from radzoo.data.patients import hash_identifier
from radzoo.data.readers.magic import is_dicom

IDENTIFIERS: Final = {
    "study": "StudyInstanceUID", "series": "SeriesInstanceUID", "instance": "SOPInstanceUID",
    "accession": "AccessionNumber",
}  # fmt: skip
NOT_SHOWN: Final = (*IDENTIFIERS.values(), "PatientID", "institution", "has_pixels")
Columns = dict[str, tuple[str, ...]]


def columns_of(
    cases: Sequence[Case], labels: Sequence[str], workers: int
) -> tuple[Columns, Columns]:
    """Return the columns and the hashed identifiers of every case, blank where nothing is said.

    Args:
        cases: of the audit.
        labels: their names are no columns.
        workers: children that read headers.
    """
    said: list[dict[str, str]] = [{} for _ in cases]
    named: list[dict[str, str]] = [{} for _ in cases]
    for row, header in enumerate(headers_of(cases, workers)):
        said[row] = {name: str(value) for name, value in header.items()
                     if name not in NOT_SHOWN and value not in ("", 0, None)}  # fmt: skip
        named[row] = {name: hash_identifier(str(header.get(keyword, "")))
                      for name, keyword in IDENTIFIERS.items()}  # fmt: skip
        if header.get("institution"):
            said[row]["site"] = hash_identifier(str(header["institution"]))
    for row, case in enumerate(cases):
        said[row] |= {**case.groups, **case.covariates, **file_facts(case)}
        if case.date:
            said[row]["date"] = case.date
        named[row]["study"] = case.study_id or named[row].get("study", "")
        named[row]["series"] = case.series_id or named[row].get("series", "")
    return in_columns(said, leaving=labels), in_columns(named)


def in_columns(rows: Sequence[dict[str, str]], leaving: Sequence[str] = ()) -> Columns:
    """Turn rows into columns; those that are blank throughout are left out."""
    names = dict.fromkeys(name for row in rows for name in row if name not in leaving)
    every = {name: tuple(row.get(name, "") for row in rows) for name in names}
    return {name: words for name, words in every.items() if any(words)}


def file_facts(case: Case) -> dict[str, str]:
    """Return what the file's name, place and size say."""
    first = case.files[0]
    facts = {"file_suffix": first.suffix.lower(), "folder": first.parent.name}
    if not case.member:
        facts |= {"file_name": first.stem, "file_size": file_size(first)}
    return facts


def file_size(path: Path) -> str:
    """Return the size in bytes; blank if it cannot be seen."""
    try:
        return str(path.stat().st_size)
    except OSError:
        return ""


def headers_of(cases: Sequence[Case], workers: int) -> list[dict[str, Any]]:
    """Return the header of every case whose first file is DICOM; {} for others."""
    dicom = [row for row, case in enumerate(cases) if is_dicom_file(case.files[0])]
    headers: list[dict[str, Any]] = [{} for _ in cases]
    if dicom:
        with Guard(workers) as guard:
            answers = guard.map(Request("header", cases[row].files[0]) for row in dicom)
            for row, answer in zip(dicom, answers, strict=True):
                headers[row] = dict(answer.fields.get("header", {}))
    return headers


def is_dicom_file(path: Path) -> bool:
    """Does it begin like a DICOM file?"""
    try:
        return is_dicom(read_head(path))
    except OSError:
        return False

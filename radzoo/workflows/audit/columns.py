"""What table, headers and files say of each case, as words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from radzoo.core.case import Case
from radzoo.data.guard import Guard, Request
from radzoo.data.patients import hash_identifier

IDENTIFIERS: Final = {
    "study": "StudyInstanceUID", "series": "SeriesInstanceUID", "instance": "SOPInstanceUID",
    "frame_of_reference": "FrameOfReferenceUID", "accession": "AccessionNumber",
}  # fmt: skip
NOT_SHOWN: Final = (*IDENTIFIERS.values(), "PatientID", "institution", "has_pixels")
Columns = dict[str, tuple[str, ...]]
Words = dict[str, str]


def columns_of(
    cases: Sequence[Case], labels: Sequence[str], workers: int
) -> tuple[Columns, Columns]:
    """Return the columns and the hashed identifiers of every case, blank where nothing is said.

    Args:
        cases: of the audit.
        labels: their names are no columns.
        workers: children that read headers.
    """
    said: list[Words] = []
    named: list[Words] = []
    for case, facts in zip(cases, facts_of(cases, workers), strict=True):
        said.append(words_of(case, facts))
        names = {name: hash_identifier(str(facts.get(keyword, "")))
                 for name, keyword in IDENTIFIERS.items()}  # fmt: skip
        names["study"] = case.study_id or names["study"]
        names["series"] = case.series_id or names["series"]
        named.append(names)
    return in_columns(said, leaving=labels), in_columns(named)


def words_of(case: Case, facts: Mapping[str, Any]) -> Words:
    """Return what is said of one case; the table is believed before the header."""
    words = {name: str(value) for name, value in facts.items()
             if name not in NOT_SHOWN and value not in ("", 0, None)}  # fmt: skip
    if facts.get("institution"):
        words["site"] = hash_identifier(str(facts["institution"]))
    words |= {fold(name): value for name, value in case.said.items()}
    words |= {**case.groups, **case.covariates, **place_of(case)}
    if case.date:
        words["date"] = case.date
    return words


def fold(column: str) -> str:
    """Return the name of a user's column as checks know it: `Chest Tube` is `chest_tube`."""
    return "_".join(column.casefold().replace("-", " ").replace("_", " ").split())


def in_columns(rows: Sequence[Words], leaving: Sequence[str] = ()) -> Columns:
    """Turn rows into columns; those that are blank throughout are left out."""
    names = dict.fromkeys(name for row in rows for name in row if name not in leaving)
    every = {name: tuple(row.get(name, "") for row in rows) for name in names}
    return {name: words for name, words in every.items() if any(words)}


def place_of(case: Case) -> Words:
    """Return what the file's name, place and size say."""
    first = case.files[0]
    words = {"file_suffix": first.suffix.lower(), "folder": first.parent.name}
    if not case.member:
        words |= {"file_name": first.stem, "file_size": file_size(first)}
    return words


def file_size(path: Path) -> str:
    """Return the size in bytes; blank if it cannot be seen."""
    try:
        return str(path.stat().st_size)
    except OSError:
        return ""


def facts_of(cases: Sequence[Case], workers: int) -> list[Mapping[str, Any]]:
    """Return what the first file of every case says of itself; {} where it cannot be read.

    A file that holds many cases is asked once, all of them in a child of the guard.
    """
    files = list(dict.fromkeys(case.files[0] for case in cases))
    with Guard(workers) as guard:
        answers = guard.map(Request("facts", file) for file in files)
        said = {
            file: answer.fields.get("facts", {})
            for file, answer in zip(files, answers, strict=True)
        }
    return [said[case.files[0]] for case in cases]

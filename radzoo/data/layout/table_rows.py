"""The rows of one table: CSV, packed or not, JSON lines, or Parquet. Every cell is a text."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from radzoo.core import delimited, parquet
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.data.layout.files import plain_suffix
from radzoo.data.layout.schema import Join, Table
from radzoo.data.table import fold_name, is_parquet


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one file.

    Attributes:
        columns: as the file writes them.
        rows: number of the line (or row) for the user, and the cells by folded column.
    """

    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]


def read_rows(path: Path, wanted: Table | Join) -> Rows:
    """Read a table of any kind: CSV, gzipped or not, JSON lines, or Parquet.

    Columns without a name at the end of a line are a slip of the comma and are left out.

    Raises:
        InputError: if it cannot be read, or lacks a column that it must have.
    """
    if is_parquet(path):
        columns = parquet.read_columns(path)
        cells = zip(*columns.values(), strict=True)
        named = list(columns)
        numbered: Iterator[tuple[int, list[str]]] = enumerate(map(list, cells), start=1)
    elif plain_suffix(path) == ".jsonl":
        named, numbered = _read_json_lines(path)
    else:
        named, numbered = _read_delimited(path, wanted)
    _check_header(path, named, wanted)
    folded = [fold_name(name) for name in named]
    return Rows(
        tuple(named),
        [(number, dict(zip(folded, cells, strict=False))) for number, cells in numbered],
    )


def _read_delimited(
    path: Path, wanted: Table | Join
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    lines = delimited.read_rows(path, wanted.delimiter)
    given = wanted.columns if isinstance(wanted, Table) else ()
    header = list(given) or [cell.strip() for cell in next(lines, (0, []))[1]]
    while header and not header[-1]:
        header.pop()
    repeated = [name for name in header if name and header.count(name) > 1]
    if repeated:
        raise InputError(
            f"{path.name} has several columns called '{repeated[0]}'",
            id="repeated-column",
            hint="rename or remove all but one",
        )
    return header, _checked(path, header, lines)


def _checked(
    path: Path, header: list[str], lines: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    for number, row in lines:
        cells = [delimited.plain(cell) for cell in row]
        if len(cells) < len(header) or any(cells[len(header) :]):
            raise InputError(
                f"{path.name} line {number} has {len(cells)} cells, {len(header)} were needed",
                id="ragged-row",
                hint="quote cells that hold the delimiter",
            )
        yield number, cells


def _read_json_lines(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    records = []
    for number, line in enumerate(_text_lines(path), start=1):
        if line.strip():
            records.append((number, _json_object(path, number, line)))
    names = list(dict.fromkeys(name for _, record in records for name in record))
    return names, ((n, [_as_text(record.get(name)) for name in names]) for n, record in records)


def _text_lines(path: Path) -> Iterator[str]:
    try:
        yield from delimited.read_lines(path)
    except (OSError, EOFError, zlib.error):
        raise InputError(
            f"{path.name} is damaged", id="not-a-table", hint="copy or fetch it again"
        ) from None


def _json_object(path: Path, number: int, line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError(
            f"{path.name} line {number} is not a JSON object",
            id="not-a-table",
            hint='every line needs to be like {"file_name": "1.png", "label": 0}',
        )
    return value


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _check_header(path: Path, columns: list[str], wanted: Table | Join) -> None:
    known = {fold_name(name) for name in columns}
    for name in wanted.header:
        if fold_name(name) not in known:
            raise missing_column(path.name, name, columns)


def missing_column(table: str, name: str, columns: list[str]) -> InputError:
    """Return the error that a table lacks a column, with the nearest that it has."""
    named = [column for column in columns if column]
    return InputError(
        f"{table} has no column '{name}'",
        id="missing-column",
        hint=f"{did_you_mean(name, named)} columns: {', '.join(named)}".strip(),
    )

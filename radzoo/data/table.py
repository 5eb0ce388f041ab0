"""Tables of text: CSV as spreadsheets write it, or Parquet. Every cell is a string.

Identifiers keep their leading zeros, since nothing is turned into a number here.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean

DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text.

    Attributes:
        rows: one dictionary per row, column to cell; blanks are empty strings.
        first_row: what row number the first row has for the user: 2 below a CSV header.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    first_row: int = 2

    def find(self, names: Sequence[str]) -> str | None:
        """Return the first column called like one of `names`; case, spaces, `_` are ignored."""
        known = {_fold(column): column for column in reversed(self.columns)}
        return next((known[_fold(name)] for name in names if _fold(name) in known), None)

    def require(self, name: str) -> str:
        """Return the column called `name`.

        Raises:
            InputError: if there is none, with the columns that there are.
        """
        found = self.find([name])
        if found is None:
            raise InputError(
                f"{self.path.name} has no column '{name}'",
                id="missing-column",
                hint=f"{did_you_mean(name, list(self.columns))} columns: "
                f"{', '.join(self.columns)}".strip(),
            )
        return found

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        return [row[name] for row in self.rows]


def read_table(path: Path) -> Table:
    """Read a CSV (`,` `;` or tab, with or without byte-order mark) or a Parquet file.

    Raises:
        InputError: if it is missing, empty or not such a file.
    """
    try:
        data = path.read_bytes() if path.is_file() else None
    except PermissionError:
        data = None
    if data is None:
        raise InputError(f"cannot read the table {path}", id="missing-file")
    table = _read_parquet(path) if data.startswith(b"PAR1") else _read_csv(path, data)
    if not table.rows:
        raise InputError(f"the table {path} has no rows", id="empty-table")
    return table


def _read_csv(path: Path, data: bytes) -> Table:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            f"{path} is not a CSV file in UTF-8",
            id="bad-table",
            hint="save it again as 'CSV UTF-8'",
        ) from None
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise InputError(f"{path} is not a valid CSV file", id="bad-table") from None
    columns = tuple(cell.strip() for cell in lines[0]) if lines else ()
    if len(set(columns)) < len(columns):
        raise InputError(f"{path} has two columns of the same name", id="bad-table")
    rows = tuple(
        dict(zip(columns, [cell.strip() for cell in line] + [""] * len(columns), strict=False))
        for line in lines[1:]
        if any(cell.strip() for cell in line)
    )
    return Table(path, columns, rows)


def _read_parquet(path: Path) -> Table:
    import pyarrow
    import pyarrow.parquet

    try:
        content = pyarrow.parquet.read_table(path)
    except (pyarrow.ArrowException, OSError):
        raise InputError(f"{path} is not a valid Parquet file", id="bad-table") from None
    columns = tuple(str(name) for name in content.column_names)
    rows = tuple({name: _text(row[name]) for name in columns} for row in content.to_pylist())
    return Table(path, columns, rows, first_row=1)


def _text(value: object) -> str:
    if value is None or value != value:  # NaN
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return str(value).strip()


def _fold(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "")

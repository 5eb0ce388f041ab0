"""Tables of text: CSV as spreadsheets write it, or Parquet. Every cell is a string.

Identifiers keep their leading zeros, since nothing is turned into a number here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from radzoo.core import delimited, parquet
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.data.door import read_head
from radzoo.data.refusal import REASONS, ImageRefused


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
        known = {fold_name(column): column for column in reversed(self.columns)}
        return next((known[fold_name(name)] for name in names if fold_name(name) in known), None)

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


def is_parquet(path: Path) -> bool:
    """Is a table a Parquet file? All others are text.

    Raises:
        InputError: if it is missing or may not be read.
    """
    try:
        return read_head(path).startswith(b"PAR1")
    except ImageRefused as refused:
        raise InputError(
            f"cannot read the table {path}: {REASONS[refused.code]}",
            id="no-such-file",
            hint="give a CSV or Parquet file that may be read",
        ) from None


def read_table(path: Path) -> Table:
    """Read a CSV (`,` `;` or tab, with or without byte-order mark) or a Parquet file.

    Raises:
        InputError: if it is missing, empty or not such a file.
    """
    packed = is_parquet(path)
    columns = parquet.read_columns(path) if packed else delimited.read_columns(path)
    rows = tuple(
        dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
    )
    if not rows:
        raise InputError(
            f"the table {path} has no rows",
            id="empty-table",
            hint="a table has a line of column names and one line per case",
        )
    return Table(path, tuple(columns), rows, first_row=1 if packed else 2)


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """Return the name of a column without what is ignored in it."""
    return name.casefold().replace(" ", "").replace("_", "")

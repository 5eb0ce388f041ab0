"""A predictions file as columns of text, and how its mistakes are named.

Messages name lines and columns, never values: a value may identify a patient.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radzoo.core import delimited, parquet
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean

TARGET, SCORE = "target:", "score:"
MISSING = frozenset(["", "na", "nan", "null", "none"])
PARQUET_SUFFIXES = (".parquet", ".pq")

Table = dict[str, list[str]]


def is_parquet(path: Path) -> bool:
    """Is it Parquet, by its name?"""
    return path.suffix.lower() in PARQUET_SUFFIXES


def read_table(path: Path) -> Table:
    """Read all columns as text."""
    return parquet.read_columns(path) if is_parquet(path) else delimited.read_columns(path)


def require_columns(path: Path, table: Table, wanted: Iterable[str]) -> None:
    """Say which column is missing and what the file has instead.

    Raises:
        InputError: if any of `wanted` is not there.
    """
    for name in wanted:
        if name not in table:
            raise InputError(
                f"{path} has no column '{name}'; it has {', '.join(table)}",
                id="missing-column",
                hint=did_you_mean(name, list(table))
                or "column names are taken exactly as they are",
            )


def check_distinct(path: Path, names: Sequence[str], column: str | None) -> None:
    """Refuse a file that names a case twice.

    Raises:
        InputError: it names the two rows.
    """
    if len(set(names)) == len(names):
        return
    first: dict[str, int] = {}
    for row, name in enumerate(names):
        if name in first:
            raise InputError(
                f"{place(path, first[name])} and {place(path, row)} have the same {column}; "
                "every case needs its own",
                id="duplicate-case",
                hint="one row per case: is this column the patient instead? then rename it",
            )
        first[name] = row


def read_numbers(path: Path, table: Mapping[str, list[str]], column: str) -> NDArray[np.float64]:
    """Read a column of finite numbers; blank, `NA` and `NaN` are missing.

    Raises:
        InputError: if a cell is anything else; the message names its line.
    """
    cells = table[column]
    if not is_parquet(path) and delimited.delimiter_of(path) != ",":
        # European spreadsheets write 0,5 where the delimiter leaves the comma free.
        cells = [cell.replace(",", ".") for cell in cells]
    values = np.empty(len(cells))
    for row, cell in enumerate(cells):
        try:
            values[row] = float(cell)
        except ValueError:
            if cell.lower() not in MISSING:
                raise not_a_number(path, row, column) from None
            values[row] = math.nan
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        raise not_a_number(path, int(infinite[0]), column)
    return values


def not_a_number(path: Path, row: int, column: str) -> InputError:
    """Say where a cell is not what it should be."""
    hint = "leave the cell blank where the value is missing"
    if column.startswith(TARGET) or not column.startswith(SCORE):
        hint = "if the column holds words, say which one means diseased: --positive WORD"
    return InputError(
        f"{place(path, row)}, column '{column}': needed a finite number or a blank",
        id="bad-value",
        hint=hint,
    )


def place(path: Path, row: int) -> str:
    """Name a row as an editor shows it."""
    if is_parquet(path):
        return f"{path} row {row + 1}"
    return f"{path} line {delimited.line_of(path, row)}"


def as_number(cell: str) -> float | None:
    """Read a number, written with a point or a comma; None if it is none."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def check_one_kind(path: Path, cells: Sequence[str], column: str) -> None:
    """Refuse a column of targets that holds numbers and words.

    Raises:
        InputError: it names a row of each.
    """
    kinds = {True: -1, False: -1}
    for row, cell in enumerate(cells):
        numeric = as_number(cell) is not None
        if cell.lower() not in MISSING and kinds[numeric] < 0:
            kinds[numeric] = row
    if min(kinds.values()) < 0:
        return
    raise InputError(
        f"column '{column}' mixes numbers and words: {place(path, kinds[True])} is a number, "
        f"{place(path, kinds[False])} a word",
        id="mixed-labels",
        hint="write each target the same way; leave the cell blank where it is not known",
    )

"""Predictions as a file: CSV or Parquet, radzoo's own or another program's.

radzoo's columns: `case_id, patient_id, target:<label>..., score:<label>...`, then groups
such as `site`, and `refused` (the reason) if a case was left out. A blank target means
"not labelled", a blank score "missing". Messages name lines and columns, never values:
a value may identify a patient.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radzoo.core import delimited, parquet
from radzoo.core.case import Refused
from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.publish import publish
from radzoo.core.registry import did_you_mean

TARGET, SCORE = "target:", "score:"
MISSING = frozenset(["", "na", "nan", "null", "none"])
# As pandas and Parquet write a target that is a truth value.
TRUTH_VALUES = {"true": "1", "false": "0"}
PARQUET_SUFFIXES = (".parquet", ".pq")
OWN_COLUMNS = Columns()

Table = dict[str, list[str]]


def read_predictions(path: Path, columns: Columns = OWN_COLUMNS) -> Predictions:
    """Read a predictions file; the rows keep their order.

    Args:
        path: CSV (comma, semicolon or tab), or Parquet by its suffix.
        columns: which columns of another program's file hold what.

    Raises:
        InputError: if the file is absent, empty or damaged, lacks a column, names a case
            twice, or holds something other than a number; the message names the line.
    """
    table = read_table(path)
    pairs = find_label_columns(path, table, columns)
    patient_column = find_patient_column(path, table, columns)
    case_column = next((name for name in ("case_id", "id") if name in table), None)
    n_rows = len(next(iter(table.values())))
    if not n_rows:
        raise InputError(
            f"{path} has column names but no case",
            id="empty-file",
            hint="one row per case is needed",
        )

    names = table[case_column] if case_column else [str(row + 1) for row in range(n_rows)]
    check_distinct(path, names, case_column)
    reasons = table.get("refused", [""] * n_rows)
    kept = [row for row, reason in enumerate(reasons) if not reason]
    spoken_for = {case_column, patient_column, "refused", "patient_id"}.union(*pairs.values())

    def choose(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(cells[row] for row in kept) if len(kept) < n_rows else tuple(cells)

    targets = [read_targets(path, table, pair[0], columns.positive) for pair in pairs.values()]
    scores = [read_numbers(path, table, pair[1]) for pair in pairs.values()]
    return Predictions(
        labels=tuple(pairs),
        case_ids=choose(names),
        patient_ids=choose(table[patient_column]) if patient_column else ("",) * len(kept),
        targets=np.stack(targets, axis=1)[kept],
        scores=np.stack(scores, axis=1)[kept],
        groups={name: choose(cells) for name, cells in table.items() if name not in spoken_for},
        refused=tuple(
            Refused(name, reason) for name, reason in zip(names, reasons, strict=True) if reason
        ),
    )


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write a predictions file, whole or not at all: Parquet by its suffix, else CSV.

    Reading it gives the same bits. Refused cases are rows without target and score.

    Raises:
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    n_refused = len(predictions.refused)
    columns: dict[str, list[str | float]] = {
        "case_id": [*predictions.case_ids, *(case.case_id for case in predictions.refused)],
        "patient_id": [*predictions.patient_ids, *[""] * n_refused],
    }
    for prefix, values in ((TARGET, predictions.targets), (SCORE, predictions.scores)):
        for label, column in zip(predictions.labels, values.T, strict=True):
            columns[prefix + label] = [*column.tolist(), *[math.nan] * n_refused]
    for name, cells in predictions.groups.items():
        columns[name] = [*cells, *[""] * n_refused]
    if n_refused:
        reasons = [case.reason for case in predictions.refused]
        columns["refused"] = [*[""] * len(predictions.case_ids), *reasons]
    write = parquet.write_columns if is_parquet(path) else delimited.write_columns
    publish(path, lambda partial: write(partial, columns))


def is_parquet(path: Path) -> bool:
    """Is it Parquet, by its name?"""
    return path.suffix.lower() in PARQUET_SUFFIXES


def read_table(path: Path) -> Table:
    """Read all columns as text."""
    return parquet.read_columns(path) if is_parquet(path) else delimited.read_columns(path)


def find_label_columns(
    path: Path, table: Table, columns: Columns
) -> dict[str, tuple[str | None, str]]:
    """Map each label to the columns of its target (None if there is none) and its score."""
    if (columns.target is None) != (columns.score is None):
        raise UsageError(
            "the target column and the score column of a file are named together",
            id="target-without-score",
            hint="give both --target COLUMN and --score COLUMN",
        )
    if columns.target is not None and columns.score is not None:
        require_columns(path, table, (columns.target, columns.score))
        return {columns.target.removeprefix(TARGET): (columns.target, columns.score)}
    labels = [name.removeprefix(SCORE) for name in table if name.startswith(SCORE)]
    if not labels:
        raise InputError(
            f"{path} has no column score:<label>; it has {', '.join(table)}",
            id="missing-column",
            hint="name its columns with --target COLUMN --score COLUMN",
        )
    targets = [name for name in table if name.startswith(TARGET)]
    if targets:
        require_columns(path, table, [SCORE + name.removeprefix(TARGET) for name in targets])
        require_columns(path, table, [TARGET + label for label in labels])
    return {label: (TARGET + label if targets else None, SCORE + label) for label in labels}


def find_patient_column(path: Path, table: Table, columns: Columns) -> str | None:
    """Return the column that holds the patient, None if there is none."""
    if columns.patient is None:
        return "patient_id" if "patient_id" in table else None
    require_columns(path, table, (columns.patient,))
    return columns.patient


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


def read_targets(
    path: Path, table: Table, column: str | None, positive: str | None
) -> NDArray[np.float64]:
    """Read targets; with `positive`, that value is 1 and every other value 0."""
    if column is None:
        return np.full(len(next(iter(table.values()))), np.nan)
    cells = table[column]
    if positive is None:
        known = [TRUTH_VALUES.get(cell.lower(), cell) for cell in cells]
        return read_numbers(path, {column: known}, column)
    if positive not in cells:
        raise InputError(
            f"no row of {path} has the positive value '{positive}' in column '{column}'",
            id="no-positive-value",
            hint="--positive takes the value exactly as the file has it",
        )
    return np.array(
        [math.nan if cell.lower() in MISSING else float(cell == positive) for cell in cells]
    )


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

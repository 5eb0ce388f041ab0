"""Findings in a predictions file: `target:<label>` with 0, 1 or a number, `score:<label>`.

Beside the score of a number, `sd:<label>` may say how far off it is expected to be.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.predictions_body import Body
from radzoo.core.predictions_table import (
    MISSING,
    SCORE,
    TARGET,
    Table,
    check_one_kind,
    read_numbers,
    require_columns,
)

# As pandas and Parquet write a target that is a truth value.
TRUTH_VALUES = {"true": "1", "false": "0"}
SD = "sd:"


def read_labels(path: Path, table: Table, columns: Columns) -> Body:
    """Read targets and scores of findings, each a question of its own.

    Raises:
        InputError: if a column is missing or holds something other than a number.
        UsageError: if only one of the target and the score is named.
    """
    pairs = find_label_columns(path, table, columns)
    targets = [read_targets(path, table, pair[0], columns.positive) for pair in pairs.values()]
    scores = [read_numbers(path, table, pair[1]) for pair in pairs.values()]
    used = frozenset(name for pair in pairs.values() for name in pair if name is not None)
    wide = [SD + label for label in pairs]
    sd = None
    if all(name in table for name in wide):
        sd = np.stack([read_numbers(path, table, name) for name in wide], axis=1)
        used |= frozenset(wide)
    return Body(tuple(pairs), np.stack(targets, axis=1), np.stack(scores, axis=1), used, sd=sd)


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


def read_targets(
    path: Path, table: Table, column: str | None, positive: str | None
) -> NDArray[np.float64]:
    """Read targets; with `positive`, that value is 1 and every other value 0."""
    if column is None:
        return np.full(len(next(iter(table.values()))), np.nan)
    cells = table[column]
    if positive is None:
        known = [TRUTH_VALUES.get(cell.lower(), cell) for cell in cells]
        try:
            return read_numbers(path, {column: known}, column)
        except InputError:
            check_one_kind(path, known, column)
            raise
    if positive not in cells:
        raise InputError(
            f"no row of {path} has the positive value '{positive}' in column '{column}'",
            id="no-positive-value",
            hint="--positive takes the value exactly as the file has it",
        )
    return np.array(
        [math.nan if cell.lower() in MISSING else float(cell == positive) for cell in cells]
    )


def label_columns(predictions: Predictions) -> dict[str, list[str | float]]:
    """Return the columns of findings as they are written: all targets, all scores, all widths."""
    columns: dict[str, list[str | float]] = {}
    every = [(TARGET, predictions.targets), (SCORE, predictions.scores)]
    if predictions.sd is not None:
        every.append((SD, predictions.sd))
    for prefix, values in every:
        for label, column in zip(predictions.labels, values.T, strict=True):
            columns[prefix + label] = list(column.tolist())
    return columns

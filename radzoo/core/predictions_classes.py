"""Classes of which a case has one: `target` with the name of a class, `score:<class>...`.

Files of other programs name their columns: `--target diagnosis`, and `--score` with the
columns of the classes, either `a,b,c` or `prob_*`, where the star stands for the class.
"""

import math
from collections.abc import Sequence
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
    as_number,
    check_one_kind,
    place,
    read_numbers,
    require_columns,
)
from radzoo.core.registry import did_you_mean

CLASS = "target"


def has_classes(table: Table, columns: Columns) -> bool:
    """Is a file that no task was declared for one of classes, by its columns?"""
    if columns.score is not None or any(name.startswith(TARGET) for name in table):
        return False
    several = sum(name.startswith(SCORE) for name in table) > 1
    return several and (columns.target is not None or CLASS in table)


def read_classes(path: Path, table: Table, columns: Columns) -> Body:
    """Read the class of each row as one-hot targets, NaN where it is not labelled.

    Raises:
        InputError: if a column is missing, a target is no class, or a score is no number.
        UsageError: if the declared classes are not those of the file.
    """
    scored = find_class_columns(path, table, columns)
    classes = put_in_order(path, tuple(scored), columns.classes)
    target = columns.target or CLASS
    if columns.target is not None or CLASS in table:
        require_columns(path, table, (target,))
        numbers = number_classes(path, table[target], target, classes)
    else:
        numbers = np.full(len(next(iter(table.values()))), np.nan)
    return Body(
        labels=classes,
        targets=one_hot(numbers, len(classes)),
        scores=np.stack([read_numbers(path, table, scored[name]) for name in classes], axis=1),
        columns=frozenset({target, *scored.values()}),
        form="classes",
    )


def find_class_columns(path: Path, table: Table, columns: Columns) -> dict[str, str]:
    """Map each class to the column of its score, in the order of the file or of `--score`."""
    if columns.positive is not None:
        raise UsageError(
            "--positive names the one value that counts as diseased; here each class counts",
            id="positive-of-classes",
            hint="leave --positive away, or declare --task binary",
        )
    wanted = columns.score if columns.score is not None else SCORE + "*"
    if "*" in wanted:
        start, _, end = wanted.partition("*")
        fitting = [name for name in table if name.startswith(start) and name.endswith(end)]
        target = columns.target or CLASS
        found = {
            name[len(start) : len(name) - len(end)]: name
            for name in fitting
            if len(name) > len(start) + len(end) and name != target
        }
    else:
        names = [name.strip() for name in wanted.split(",")]
        require_columns(path, table, names)
        given = columns.classes if len(columns.classes) == len(names) else names
        found = dict(zip((name.removeprefix(SCORE) for name in given), names, strict=True))
    if len(found) < 2:
        raise InputError(
            f"{path} has scores of {'one class' if found else 'no class'}; needed two or more",
            id="missing-column",
            hint="one column per class: score:<class>, or name them with --score a,b,c",
        )
    return found


def put_in_order(path: Path, found: Sequence[str], declared: Sequence[str]) -> tuple[str, ...]:
    """Return the classes in the declared order, or in that of the columns.

    Raises:
        UsageError: if other classes were declared than the file has.
    """
    if not declared:
        return tuple(found)
    if sorted(declared) != sorted(found):
        raise UsageError(
            f"the classes {', '.join(declared)} were declared; {path} has scores of "
            f"{', '.join(found)}",
            id="unknown-class",
            hint="name every class once, the lowest first",
        )
    return tuple(declared)


def number_classes(
    path: Path, cells: Sequence[str], column: str, classes: Sequence[str]
) -> NDArray[np.float64]:
    """Turn names of classes into their numbers, NaN where a cell is blank.

    `1.0` is the class `1`: that is how a column with blanks leaves pandas.

    Raises:
        InputError: if a cell is no class; the message names its line.
    """
    known = {name: float(at) for at, name in enumerate(classes)}
    by_value = {as_number(name): at for name, at in known.items()}
    numbers = np.full(len(cells), math.nan)
    for row, cell in enumerate(cells):
        at = known.get(cell)
        if at is None and (value := as_number(cell)) is not None:
            at = by_value.get(value)
        if at is not None:
            numbers[row] = at
        elif cell.lower() not in MISSING:
            check_one_kind(path, cells, column)
            raise InputError(
                f"{place(path, row)}, column '{column}': needed the name of a class, one of "
                f"{', '.join(classes)}",
                id="unknown-class",
                hint=did_you_mean(cell, list(classes))
                or "the classes are those that have a column of scores",
            )
    return numbers


def one_hot(numbers: NDArray[np.float64], n_classes: int) -> NDArray[np.float64]:
    """Turn class numbers into rows with a single 1; of NaN into rows of NaN."""
    hot = (numbers[:, None] == np.arange(n_classes)).astype(np.float64)
    return np.where(np.isnan(numbers)[:, None], np.nan, hot)


def class_columns(predictions: Predictions) -> dict[str, list[str | float]]:
    """Return the columns of classes as they are written."""
    labelled = ~np.isnan(predictions.targets).any(axis=1)
    numbers = np.where(labelled, np.nan_to_num(predictions.targets).argmax(axis=1), -1)
    names = [*predictions.labels, ""]
    columns: dict[str, list[str | float]] = {CLASS: [names[at] for at in numbers.tolist()]}
    for label, column in zip(predictions.labels, predictions.scores.T, strict=True):
        columns[SCORE + label] = list(column.tolist())
    return columns

"""Columns that a network is told beside the image: from cells to numbers, and back to no cell.

Which columns there are, and what a number or a word of them means, follows from the training
cases alone: `learn_covariates` finds it out, `encode_covariates` applies it to any cases.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix
from radzoo.core.reading import Covariate
from radzoo.data.options import DataOptions
from radzoo.data.table import Table
from radzoo.data.targets import BLANK

MOST_LEVELS: Final = 20


def read_covariates(table: Table, options: DataOptions) -> tuple[dict[str, str], ...]:
    """Return the cells of the columns that were asked for, by their names, one mapping per row.

    Raises:
        InputError: if the table lacks one of them.
    """
    columns = {name: table.require(name) for name in options.covariates}
    return tuple({name: row[column] for name, column in columns.items()} for row in table.rows)


def describe_covariates(covariates: Sequence[Covariate]) -> tuple[str, ...]:
    """Say in a sentence each how a column is read."""
    return tuple(
        f"'{one.name}' is told as a number (mean {one.centre:.4g}, standard deviation "
        f"{one.spread:.4g})"
        if one.kind == "number"
        else f"'{one.name}' is told as {' or '.join(one.levels)}, compared with {one.levels[0]}"
        for one in covariates
    )


def learn_covariates(cases: Sequence[Case], names: Sequence[str]) -> list[Covariate]:
    """Find out what each column holds: numbers, or words of a few kinds.

    A number has mean and standard deviation of these cases; of words the commonest is the one
    that the others are compared with.

    Args:
        cases: of training.
        names: of the columns.

    Raises:
        InputError: if a column is blank throughout, or holds too many different words.
    """
    return [_learn([case.covariates.get(name, "") for case in cases], name) for name in names]


def _learn(cells: Sequence[str], name: str) -> Covariate:
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        raise InputError(
            f"the covariate '{name}' is blank in every training case",
            id="blank-covariate",
            hint="leave it out of --covariates",
        )
    numbers = [read_number(cell) for cell in filled]
    known = [number for number in numbers if number is not None]
    if len(known) == len(filled):
        spread = float(np.std(known))
        return Covariate(
            name=name, kind="number", centre=float(np.mean(known)), spread=spread or 1.0
        )
    counts = Counter(filled)
    if len(counts) > MOST_LEVELS:
        words = f", {len(filled) - len(known)} of {len(filled)} no numbers" if known else ""
        raise InputError(
            f"the covariate '{name}' has {len(counts)} different values in the training "
            f"cases{words}; needed numbers, or at most {MOST_LEVELS} words",
            id="too-many-levels",
            hint="write plain numbers, leave unknown cells blank, or leave the column out",
        )
    levels = sorted(counts, key=lambda level: (-counts[level], level))
    return Covariate(name=name, kind="category", levels=levels)


def encode_covariates(cases: Sequence[Case], covariates: Sequence[Covariate]) -> Matrix:
    """Return what a network is told of each case, `(n_cases, n_columns)`.

    A number is standardised; a category of L levels has L - 1 columns of 0 and 1. Each has a
    last column that is 1 where nothing is known: the number then is the training mean, the
    category the commonest one.
    """
    blocks = [_encode(cases, one) for one in covariates]
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((len(cases), 0))


def told_of(cases: Sequence[Case], covariates: Sequence[Covariate]) -> Matrix | None:
    """Return what a network is told of each case beside the image; None if it is told nothing."""
    return encode_covariates(cases, covariates) if covariates else None


def count_columns(covariates: Sequence[Covariate]) -> int:
    """Return how many numbers a network is told beside the image."""
    return sum(2 if one.kind == "number" else len(one.levels) for one in covariates)


def say_unknown(cases: Sequence[Case], covariates: Sequence[Covariate]) -> tuple[str, ...]:
    """Say which columns hold what no training case had: it counts as missing."""
    notes = []
    for one in covariates:
        strange = sum(
            not is_blank(cell) and not _is_known(cell, one)
            for cell in (case.covariates.get(one.name, "") for case in cases)
        )
        if strange:
            notes.append(
                f"{strange} of {len(cases)} cases have a value of '{one.name}' that no training "
                "case had: it counts as missing"
            )
    return tuple(notes)


def read_number(cell: str) -> float | None:
    """Read a finite number; None if it is none."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_blank(cell: str) -> bool:
    """Does the cell say nothing?"""
    return cell.strip().casefold() in BLANK


def _is_known(cell: str, one: Covariate) -> bool:
    return read_number(cell) is not None if one.kind == "number" else cell in one.levels


def _encode(cases: Sequence[Case], one: Covariate) -> Matrix:
    cells = [case.covariates.get(one.name, "") for case in cases]
    missing = [is_blank(cell) or not _is_known(cell, one) for cell in cells]
    if one.kind == "number":
        said = [
            0.0 if lacks else (float(cell) - one.centre) / one.spread
            for cell, lacks in zip(cells, missing, strict=True)
        ]
        return np.array([said, missing], dtype=np.float64).T.reshape(len(cases), 2)
    others = one.levels[1:]
    rows = [
        [*(float(cell == level) for level in others), float(lacks)]
        for cell, lacks in zip(cells, missing, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(cases), len(others) + 1)

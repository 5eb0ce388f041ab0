"""Columns of text as rows of numbers, and rows brought to mean 0 and spread 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
FEWEST = 5
"""A word that fewer training cases have is no column of its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """How one column becomes numbers.

    Attributes:
        words: those that have a column of 0 and 1 each; empty for numbers.
        middle: what a missing number is taken for.
        gaps: was a number missing in training? Then a column says where one is.
    """

    name: str
    words: tuple[str, ...] = ()
    middle: float = 0.0
    gaps: bool = False


def learn_columns(table: Mapping[str, Sequence[str]]) -> tuple[Column, ...]:
    """Find out from training cases how columns become numbers.

    A column of numbers (blanks apart) is one number for each case, any other a word.
    Columns that are the same throughout are left out.

    Args:
        table: name of each column to its `n_cases` cells; blank = missing.
    """
    columns = []
    for name, cells in table.items():
        numbers = as_numbers(cells)
        filled = [cell for cell in cells if cell]
        if not np.isnan(numbers).all() and np.isnan(numbers).sum() == len(cells) - len(filled):
            known = numbers[~np.isnan(numbers)]
            gaps = len(known) < len(cells)
            if gaps or np.unique(known).size > 1:
                columns.append(Column(name, middle=float(np.mean(known)), gaps=gaps))
            continue
        counts = {word: cells.count(word) for word in sorted(set(cells))}
        words = tuple(word for word, n in counts.items() if n >= FEWEST)
        if len(counts) > 1 and words:
            columns.append(Column(name, words))
    return tuple(columns)


def encode(columns: Sequence[Column], table: Mapping[str, Sequence[str]]) -> Rows:
    """Return `(n_cases, k)`; a word that training did not have is 0 in all its columns."""
    found: list[NDArray[np.float64]] = []
    for column in columns:
        cells = table[column.name]
        if column.words:
            found += [np.array([float(cell == word) for cell in cells]) for word in column.words]
            continue
        numbers = as_numbers(cells)
        found.append(np.where(np.isnan(numbers), column.middle, numbers))
        if column.gaps:
            found.append(np.isnan(numbers).astype(np.float64))
    n_cases = len(next(iter(table.values()), ()))
    return np.stack(found, axis=1) if found else np.empty((n_cases, 0))


def as_numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    """Read numbers; what is none is NaN. An age as DICOM writes it (`045Y`) is one of years."""
    numbers = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        text = cell[:-1] if len(cell) == 4 and cell.endswith("Y") else cell
        try:
            value = float(text)
        except ValueError:
            continue
        numbers[row] = value if np.isfinite(value) else np.nan
    return numbers


def standardise(training: Rows, *others: Rows) -> list[Rows]:
    """Bring columns to mean 0 and spread 1 in training; constant ones become 0."""
    mean, spread = training.mean(axis=0), training.std(axis=0)
    spread[spread <= 1e-12 * np.maximum(1.0, np.abs(mean))] = np.inf
    return [(rows - mean) / spread for rows in (training, *others)]

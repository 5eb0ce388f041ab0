"""What cells say of findings: one mapping, label to state, per row."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.data.layout.schema import (
    ColumnLabels,
    ListLabels,
    RowLabels,
    State,
)
from radzoo.data.layout.sheet import Row, Sheet
from radzoo.data.targets import NO, YES

States = dict[str, State]
QUOTED: Final = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


def label_names(labels: ColumnLabels | ListLabels | RowLabels, sheet: Sheet) -> tuple[str, ...]:
    """Return the labels in order: those that the layout names, else those that are found."""
    if isinstance(labels, ColumnLabels):
        return tuple(labels.findings)
    if labels.names:
        return labels.names
    sheet.require([_word_column(labels)])
    found = {word for row in sheet.rows for word in _words(labels, row)}
    return tuple(sorted(found))


def read_states(
    labels: ColumnLabels | ListLabels | RowLabels, names: Sequence[str], sheet: Sheet
) -> Callable[[Row], States]:
    """Return what reads a row; of a label that is absent from its answer the row says nothing.

    Equal cells may give the same answer: it must not be changed.

    Raises:
        InputError: if a column is missing; the reader raises it for a cell that is not known.
    """
    if isinstance(labels, ColumnLabels):
        return _column_reader(labels, sheet)
    sheet.require([_word_column(labels)])
    if isinstance(labels, ListLabels):
        return _list_reader(labels, frozenset(names))
    if labels.value is not None:
        sheet.require([labels.value])
    return _row_reader(labels, frozenset(names))


class Values:
    """What the values of a column mean.

    Args:
        values: as the layout says; without any, 1, 0, yes, no, true and false are known.
        otherwise: what any other value means; None = it is an error.
    """

    def __init__(self, values: Mapping[str, State], otherwise: State = None) -> None:
        plain: dict[str, State] = {**dict.fromkeys(YES, 1), **dict.fromkeys(NO, 0)}
        self._known = {canonical(text): state for text, state in (values or plain).items()}
        self._otherwise = otherwise
        self._shown = ", ".join(text for text in values if text) or "1, 0, yes, no, true, false"

    def read(self, row: Row, columns: Sequence[str]) -> State:
        """Return what the first cell that is not blank says; blank says nothing.

        Raises:
            InputError: if the value is not known.
        """
        for column in columns:
            cell = canonical(row.get(column))
            if not cell:
                continue
            if cell in self._known:
                return self._known[cell]
            if self._otherwise is not None:
                return self._otherwise
            raise InputError(
                f"the column '{column}' holds a value in {row.place} that is not known",
                id="bad-target",
                hint=f"known are {self._shown}, and blank",
            )
        return self._known.get("")


def _column_reader(labels: ColumnLabels, sheet: Sheet) -> Callable[[Row], States]:
    for finding in labels.findings.values():
        sheet.require(finding.columns)
    columns = {
        name: (finding.columns, Values(finding.values or labels.values, finding.otherwise))
        for name, finding in labels.findings.items()
    }
    rule = labels.no_finding
    if rule is None:
        return lambda row: {name: values.read(row, at) for name, (at, values) in columns.items()}
    sheet.require([rule.column])
    spared = {rule.column, *rule.besides}

    def read(row: Row) -> States:
        states = {name: values.read(row, at) for name, (at, values) in columns.items()}
        if canonical(row.get(rule.column)) != "1":
            return states
        return {
            name: 0 if state is None and name not in spared else state
            for name, state in states.items()
        }

    return read


def _list_reader(labels: ListLabels, known: frozenset[str]) -> Callable[[Row], States]:
    seen: dict[str, States] = {"": {}}

    def read(row: Row) -> States:
        cell = row.get(labels.column)
        if cell not in seen:
            words = set(_words(labels, row))
            _check_known(words, known, labels.column, row)
            seen[cell] = {name: 1 if name in words else 0 for name in known}
        return seen[cell]

    return read


def _row_reader(labels: RowLabels, known: frozenset[str]) -> Callable[[Row], States]:
    values = Values(labels.values)

    def read(row: Row) -> States:
        if not row.get(labels.finding):
            return {}
        words = set(_words(labels, row))
        _check_known(words, known, labels.finding, row)
        if labels.value is not None:
            return dict.fromkeys(words, values.read(row, [labels.value]))
        # Who looked and named other findings did not see this one.
        return {name: 1 if name in words else 0 for name in known}

    return read


def _word_column(labels: ListLabels | RowLabels) -> str:
    return labels.column if isinstance(labels, ListLabels) else labels.finding


def _words(labels: ListLabels | RowLabels, row: Row) -> Iterator[str]:
    """Give the findings that a cell names, as the layout spells them."""
    cell = row.get(_word_column(labels))
    separator = labels.separator if isinstance(labels, ListLabels) else None
    for word in split_list(cell, separator):
        if word and word not in labels.nothing:
            yield labels.rename.get(word, word)


def split_list(cell: str, separator: str | None) -> list[str]:
    """Split a list; `python` = as Python writes it, where a word may hold commas.

    Example:
        >>> split_list("['pleural effusion', 'loc, basal']", "python")
        ['pleural effusion', 'loc, basal']
    """
    if separator is None:
        return [cell]
    if separator == "python":
        words = ["".join(found) for found in QUOTED.findall(cell)]
    else:
        words = cell.split(separator)
    return [word.strip() for word in words]


def _check_known(words: set[str], known: frozenset[str], column: str, row: Row) -> None:
    for word in sorted(words - known):
        raise InputError(
            f"the column '{column}' names a finding in {row.place} that the layout does not know",
            id="bad-target",
            hint=did_you_mean(word, sorted(known)) or f"it knows {', '.join(sorted(known))}",
        )


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """Return numbers in one spelling: `1`, `1.0` and `1,0` are the same; words in small letters."""
    try:
        return f"{float(text.replace(',', '.')):g}"
    except ValueError:
        return text.casefold()

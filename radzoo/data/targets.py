"""From cells and class names to targets: what counts as having the finding.

A table names its targets in columns `target:<label>`, or the user names one column. Words
need to be told which of them is positive, unless they are a pair that everybody uses.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from radzoo.core.case import NO_NAMES
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.data.classes import MOST_CLASSES, check_declared, placing, unknown_class
from radzoo.data.options import DataOptions
from radzoo.data.table import Table

PREFIX: Final = "target:"
YES: Final = frozenset({"1", "1.0", "true", "yes", "y"})
NO: Final = frozenset({"0", "0.0", "false", "no", "n"})
BLANK: Final = frozenset({"", "nan", "na", "n/a", "none", "null"})
NEGATIVES: Final = NO | {
    "normal", "negative", "neg", "healthy", "absent", "benign", "control", "controls", "none",
    "no finding", "no_finding", "nofinding", "no findings", "without", "-",
}  # fmt: skip
DECIMAL: Final = re.compile(r"[+-]?\d+,\d+")
THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
USUAL_COLUMNS: Final = ("target", "label", "class", "diagnosis", "finding")


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of some rows.

    Attributes:
        rows: one mapping per row, label to 1, 0, another number, or None = not labelled.
        classes: label to the names of its numbers 0, 1, 2 ..., where there are several.
    """

    labels: tuple[str, ...]
    rows: tuple[Mapping[str, float | None], ...]
    notes: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_NAMES)


def read_targets(table: Table, options: DataOptions) -> Targets:
    """Read the targets that a table holds.

    Raises:
        InputError: if there are none though they are needed, or they cannot be understood.
    """
    if options.classes:
        check_declared(options.classes, options.positive)
    if options.target is not None:
        column = table.find([f"{PREFIX}{options.target}"]) or table.require(options.target)
        return _from_one(table, column, options)
    columns = [column for column in table.columns if column.startswith(PREFIX)]
    if columns:
        return _from_columns(table, columns, options)
    usual = table.find(USUAL_COLUMNS)
    if usual is not None:
        found = _from_one(table, usual, options)
        note = f"took the column '{usual}' of {table.path.name} as the target"
        return replace(found, notes=(note, *found.notes))
    if options.needs_targets:
        raise InputError(
            f"{table.path.name} has no target column (target:<label>)",
            id="missing-column",
            hint=f"name it with --target; columns: {', '.join(table.columns)}",
        )
    return Targets((), tuple({} for _ in table.rows))


def name_targets(
    words: Sequence[str], positive: str | None, *, what: str, classes: Sequence[str] = ()
) -> Targets:
    """Turn class names into targets; the label is called after the positive class.

    Of several classes, or of declared ones, it is called `class`.

    Args:
        words: one class name per case.
        positive: the name that counts as positive; None = the known word pairs decide, or
            else the alphabetically second name, with a note.
        what: what the words are, for messages: `class folders`.
        classes: all of them in order, if they were declared.

    Raises:
        InputError: if `positive` is not among them, or a word is no declared class.
    """
    if classes:
        check_declared(classes, positive)
        place = placing(classes)
        strange = next((word for word in words if place(word) is None), None)
        if strange is not None:
            raise unknown_class(classes, f"'{strange}' among the {what}", strange)
        return _of_classes([place(word) for word in words], "class", classes)
    found = sorted(set(words))
    if positive is None and len(found) > 2:
        return _many_classes(words, found, what, "class")
    notes: tuple[str, ...] = ()
    chosen = _find_positive(found, positive, what)
    if chosen is None and found:
        chosen = found[-1]
        others = ", ".join(found[:-1]) or "nothing"
        notes = (f"took '{chosen}' as positive and {others} as negative among the {what}; "
                 "--positive says otherwise",)  # fmt: skip
    if chosen is None:
        return Targets((), tuple({} for _ in words), notes)
    same = chosen.casefold()
    rows = tuple({chosen: float(word.casefold() == same)} for word in words)
    return Targets((chosen,), rows, notes)


def _from_one(table: Table, column: str, options: DataOptions) -> Targets:
    """Read the column that was named, or that can only be meant."""
    cells = table.column(column)
    if not options.classes:
        return _from_words(cells, _bare(column), options.positive)
    places = _places(cells, options.classes)
    strange = [row for row, at in enumerate(places) if at is None and not _is_blank(cells[row])]
    notes: tuple[str, ...] = ()
    if strange and options.needs_targets:
        where = (
            f"what the column '{column}' of {table.path.name} holds in row "
            f"{strange[0] + table.first_row}"
        )
        raise unknown_class(options.classes, where, cells[strange[0]])
    if strange:
        notes = (f"{len(strange)} rows have none of the classes in '{column}': not labelled",)
    return replace(_of_classes(places, _bare(column), options.classes), notes=notes)


def _places(cells: Sequence[str], classes: Sequence[str]) -> list[int | None]:
    place = placing(classes)
    known = {name.casefold() for name in classes}
    return [None if _is_blank(cell) and cell.casefold() not in known else place(cell)
            for cell in cells]  # fmt: skip


def _is_blank(cell: str) -> bool:
    return cell.casefold() in BLANK


def _of_classes(places: Sequence[int | None], label: str, classes: Sequence[str]) -> Targets:
    rows = tuple({label: None if at is None else float(at)} for at in places)
    return Targets((label,), rows, classes={label: tuple(classes)})


def _from_columns(table: Table, columns: list[str], options: DataOptions) -> Targets:
    """Read every target column; declared classes are those of the columns that have no other."""
    if options.classes and len(columns) == 1:
        return _from_one(table, columns[0], options)
    parsed: dict[str, Sequence[float | None]] = {}
    classes: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    for column in columns:
        label, cells = _bare(column), table.column(column)
        found = sorted({cell for cell in cells if cell.casefold() not in BLANK})
        if options.classes and found and None not in _places(found, options.classes):
            parsed[label] = [
                None if at is None else float(at) for at in _places(cells, options.classes)
            ]
            classes |= {label: options.classes}
        elif _are_classes(found):
            named = _many_classes(cells, found, f"values of '{label}'", label)
            parsed[label] = [row[label] for row in named.rows]
            classes |= named.classes
            notes += named.notes
        else:
            parsed[label] = _numbers(table, column)
    rows = tuple({label: parsed[label][row] for label in parsed} for row in range(len(table.rows)))
    return Targets(tuple(parsed), rows, tuple(notes), classes)


def write_classes(names: Sequence[str], present: Collection[float]) -> bool:
    """May the values of a label be written as words, to be read back as the same numbers?

    Only if every class is among them, for classes are numbered in the order of their names.
    """
    return (
        list(names) == sorted(set(names))
        and _are_classes(names)
        and not any(name.casefold() in BLANK or name != name.strip() for name in names)
        and set(present) == set(map(float, range(len(names))))
    )


def _numbers(table: Table, column: str) -> list[float | None]:
    numbers = [_number(cell) for cell in _with_points(table.column(column))]
    for row, (number, cell) in enumerate(zip(numbers, table.column(column), strict=True)):
        if number is None and cell.casefold() not in BLANK:
            raise InputError(
                f"the column '{column}' of {table.path.name} holds a word "
                f"in row {row + table.first_row}; a number or blank was needed",
                id="bad-target",
                hint=f"say --target '{column}' and --positive WORD, or name all --classes",
            )
    return numbers


def _from_words(cells: list[str], name: str, positive: str | None) -> Targets:
    if positive is None:
        cells = _with_points(cells)
    filled = [cell for cell in cells if cell.casefold() not in BLANK]
    if positive is None and all(_number(cell) is not None for cell in filled):
        return Targets((name,), tuple({name: _number(cell)} for cell in cells))
    found = sorted(set(filled))
    if positive is None and _are_classes(found):
        return _many_classes(cells, found, f"values of '{name}'", name)
    chosen = _find_positive(found, positive, f"values of '{name}'")
    if chosen is None:
        raise InputError(
            f"the column '{name}' holds {len(found)} different words and none is known "
            "to be the positive one",
            id="unknown-positive",
            hint="name it with --positive, or all of them with --classes; a number is written in "
            "digits",
        )
    label = name if chosen.casefold() in YES else chosen
    folded, word = [cell.casefold() for cell in cells], chosen.casefold()
    return Targets(
        (label,),
        tuple({label: None if cell in BLANK else float(cell == word)} for cell in folded),
        _say_rest(name, chosen, folded),
    )


def _say_rest(name: str, chosen: str, folded: Sequence[str]) -> tuple[str, ...]:
    """Say how many count as negative where several words do: one of them may mean `unknown`."""
    rest = [cell for cell in folded if cell not in BLANK and cell != chosen.casefold()]
    if len(set(rest)) < 2:
        return ()
    return (
        f"{len(rest)} of {len(folded)} rows count as negative because '{name}' is not "
        f"'{chosen}' there, but one of {len(set(rest))} other words",
    )


def _find_positive(found: Sequence[str], positive: str | None, what: str) -> str | None:
    """Return the word that counts as positive; None if nobody can know."""
    if positive is not None:
        same = [word for word in found if word.casefold() == positive.casefold()]
        if not same:
            raise InputError(
                f"'{positive}' is not among the {len(found)} {what}",
                id="unknown-positive",
                hint=did_you_mean(positive, list(found)),
            )
        return positive if positive in same else same[0]
    negative = [word for word in found if word.casefold() in NEGATIVES]
    others = [word for word in found if word not in negative]
    return others[0] if len(negative) == 1 and len(others) == 1 else None


def _are_classes(found: Sequence[str]) -> bool:
    """Are these the names of several classes, rather than findings, reports or slips?"""
    known = any(word.casefold() in YES | NO or _number(word) is not None for word in found)
    return 2 < len(found) <= MOST_CLASSES and not known


def _many_classes(words: Sequence[str], found: list[str], what: str, label: str) -> Targets:
    number = {word: float(place) for place, word in enumerate(found)}
    names = ", ".join(f"{place} = {word}" for word, place in zip(found, range(99), strict=False))
    note = f"there are {len(found)} {what}: {names}; for one against the rest say --positive"
    rows = tuple({label: number.get(word)} for word in words)
    return Targets((label,), rows, (note,), {label: tuple(found)})


def _with_points(cells: list[str]) -> list[str]:
    """Return cells with decimal points where the column has decimal commas.

    `1,234` alone may be a thousand: it counts as a number only beside one that may not.
    """
    commas = [cell for cell in cells if DECIMAL.fullmatch(cell)]
    if not commas or all(THOUSANDS.fullmatch(cell) for cell in commas):
        return cells
    return [cell.replace(",", ".") if DECIMAL.fullmatch(cell) else cell for cell in cells]


def _number(cell: str) -> float | None:
    folded = cell.casefold()
    if folded in YES:
        return 1.0
    if folded in NO:
        return 0.0
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


def _bare(column: str) -> str:
    return column.removeprefix(PREFIX)

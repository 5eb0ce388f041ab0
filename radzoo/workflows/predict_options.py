"""How other data are read as those were that a run learnt from, where the user does not say.

A run remembers the columns that it was taught from. They are taken again as far as other data
have them, and said; whatever the user names himself stays.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from radzoo.core.errors import InputError
from radzoo.data.load import find_preset
from radzoo.data.options import DataOptions
from radzoo.data.presets.csv import SPLIT_NAMES, recognise
from radzoo.data.table import Table, read_table
from radzoo.data.targets import PREFIX, USUAL_COLUMNS
from radzoo.data.times import EVENT, TIME
from radzoo.tasks.task import Task

Say = Callable[[str], object]
FOLDERS = "imagefolder"


class Taught(Protocol):
    """What is known of a model that is asked."""

    @property
    def task(self) -> Task:
        """What it predicts."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Whose targets it predicts."""

    @property
    def learnt(self) -> DataOptions | None:
        """How the data were read that it learnt from; None = nobody says."""


def read_as_learnt(data: Path, options: DataOptions, model: Taught, say: Say) -> DataOptions:
    """Fill what the user leaves open with what a run was taught with, where the data have it.

    Args:
        data: that the model is asked about.
        options: what the user says of them.
        model: that is asked; one that is no run changes nothing.
        say: told what was taken, and what is not there.

    Raises:
        InputError: if times are needed and the data have none.
    """
    learnt = model.learnt
    if learnt is None or not data.exists():
        return options
    taken = replace(
        options,
        uncertain=options.uncertain or learnt.uncertain,
        blank=options.blank or learnt.blank,
    )
    table = find_table(data, options)
    if table is None:
        return take_folder(data, taken, model, say)
    taken = take_patient(table, taken, learnt, say)
    if model.task.reads == "times":
        return take_times(table, taken, learnt, say)
    return taken if model.task.reads == "mask" else take_target(table, taken, model, say)


def find_table(data: Path, options: DataOptions) -> Table | None:
    """Return the table that says what is known of the cases; None if there is none to be read."""
    if options.labels is not None:
        return read_table(options.labels)
    plain = options.data_format in (None, "csv") and recognise(data)
    return read_table(data) if plain and find_preset(data, options).name == "csv" else None


def take_patient(table: Table, options: DataOptions, learnt: DataOptions, say: Say) -> DataOptions:
    """Take the column of the patients, unless the user says how to know them."""
    said = options.patient or options.patient_regex
    if said or learnt.patient is None or table.find([learnt.patient]) is None:
        return options
    say(f"patients are those of the column '{learnt.patient}', as of the run")
    return replace(options, patient=learnt.patient)


def take_times(table: Table, options: DataOptions, learnt: DataOptions, say: Say) -> DataOptions:
    """Take the columns of times and events.

    Raises:
        InputError: if they are needed, and neither those nor the usual ones are there.
    """
    if options.time or options.event:
        return options
    time, event = learnt.time or TIME, learnt.event or EVENT
    if has(table, time, event):
        if (time, event) == (TIME, EVENT):
            return options
        say(f"times and events are those of the columns '{time}' and '{event}', as of the run")
        positive = options.positive or (learnt.positive if learnt.event else None)
        return replace(options, time=time, event=event, positive=positive)
    if has(table, TIME, EVENT):
        return options
    if options.needs_targets:
        raise InputError(
            f"{table.path.name} has no columns '{time}' and '{event}', and the run predicts times",
            id="missing-column",
            hint=f"name them with --time and --event; columns: {', '.join(table.columns)}",
        )
    say(f"{table.path.name} has no columns '{time}' and '{event}': times stay blank")
    return options


def has(table: Table, *names: str) -> bool:
    """Has a table all of these columns?"""
    return all(table.find([name]) is not None for name in names)


def take_target(table: Table, options: DataOptions, model: Taught, say: Say) -> DataOptions:
    """Take the column of the target, and which of its words is positive."""
    if options.target or model.learnt is None:
        return options
    named, alone = model.learnt.target, model.labels[0] if len(model.labels) == 1 else None
    column = named and find_target(table, named)
    if named and column:
        return take_column(table, column, options, model.learnt.positive, say)
    if table.find(USUAL_COLUMNS) is not None or declares(table):
        return options
    column = alone and table.find([alone])
    if column:
        return take_column(table, column, options, None, say)
    missing = f" '{named or alone}'" if named or alone else " target:<label>"
    if not options.needs_targets:
        say(f"{table.path.name} has no column{missing}: targets stay blank")
    return options


def take_column(
    table: Table, column: str, options: DataOptions, word: str | None, say: Say
) -> DataOptions:
    """Take one column for the target, if it knows the word that was positive for the run."""
    positive = options.positive or (None if options.classes else word)
    if positive and not holds(table, column, positive):
        say(
            f"the column '{column}' of {table.path.name} never says '{positive}', which was "
            "positive for the run: no target is taken from it"
        )
        return options
    where = f", where '{positive}' is positive" if positive else ""
    say(f"targets are those of the column '{column}'{where}, as of the run")
    return replace(options, target=column.removeprefix(PREFIX), positive=positive)


def find_target(table: Table, name: str) -> str | None:
    """Return the column of a target, as `read_targets` finds it."""
    return table.find([f"{PREFIX}{name}"]) or table.find([name])


def holds(table: Table, column: str, word: str) -> bool:
    """Does a column hold a word, large or small letters apart?"""
    return word.casefold() in {cell.casefold() for cell in table.column(column)}


def declares(table: Table) -> bool:
    """Has a table columns that are called targets?"""
    return any(column.startswith(PREFIX) for column in table.columns)


def take_folder(data: Path, options: DataOptions, model: Taught, say: Say) -> DataOptions:
    """Take the class folder that was positive, where there is one of that name."""
    if model.task.name != "binary" or options.positive or options.classes or not data.is_dir():
        return options
    if find_preset(data, options).name != FOLDERS:
        return options
    (label,) = model.labels
    if label.casefold() not in class_folders(data):
        return options
    say(f"the class folder '{label}' is positive, as of the run")
    return replace(options, positive=label)


def class_folders(data: Path) -> set[str]:
    """Return the names of folders, in small letters, and of those below train, val and test."""
    found = [path for path in data.iterdir() if path.is_dir()]
    below = [path for one in found if one.name.casefold() in SPLIT_NAMES for path in one.iterdir()]
    return {path.name.casefold() for path in (*found, *below)}

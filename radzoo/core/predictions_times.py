"""Times to an event in a predictions file: `time, event, score:<name>`, and `surv@<t>...`.

`event` is 1 if the event came at that time, 0 if none was seen until then. A higher score
means an earlier event; `surv@2.5` is the probability of no event until 2.5.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.predictions_body import Body
from radzoo.core.predictions_labels import read_targets
from radzoo.core.predictions_table import (
    SCORE,
    TARGET,
    Table,
    place,
    read_numbers,
    require_columns,
)

TIME, EVENT, SURVIVAL = "time", "event", "surv@"
# Probabilities may rise with time by what a file loses of their digits.
ROUNDING = 1e-6


def has_times(table: Table, columns: Columns) -> bool:
    """Is a file that no task was declared for one of times, by its columns?"""
    if columns.time is not None or columns.event is not None:
        return True
    targets = columns.target is not None or any(name.startswith(TARGET) for name in table)
    return TIME in table and EVENT in table and not targets


def read_times(path: Path, table: Table, columns: Columns) -> Body:
    """Read time, event, score, and the probabilities of no event until some horizons.

    Raises:
        InputError: if a column is missing, a time is negative, an event is neither 0 nor 1,
            or probabilities lie outside 0 to 1 or rise with the horizon; it names the line.
    """
    time, event = columns.time or TIME, columns.event or EVENT
    score = find_score(path, table, columns)
    require_columns(path, table, (time, event, score))
    times = read_numbers(path, table, time)
    refuse(path, times < 0, time, "a time of 0 or more", "negative-time")
    events = read_targets(path, table, event, columns.positive)
    wrong = ~np.isnan(events) & (events != 0) & (events != 1)
    refuse(path, wrong, event, "1 for an event or 0 for none", "bad-event")
    horizons = find_horizons(path, table)
    return Body(
        labels=(score.removeprefix(SCORE),),
        targets=times[:, None],
        scores=read_numbers(path, table, score)[:, None],
        columns=frozenset({time, event, score, *horizons.values()}),
        form="times",
        events=events,
        survival=read_survival(path, table, horizons),
    )


def find_score(path: Path, table: Table, columns: Columns) -> str:
    """Return the column of the score.

    Raises:
        InputError: if there is none, or several of which one must be named.
    """
    if columns.score is not None:
        return columns.score
    found = [name for name in table if name.startswith(SCORE)]
    if len(found) == 1:
        return found[0]
    seen = f"the scores {', '.join(found)}" if found else "no column score:<name>"
    raise InputError(
        f"{path} has {seen}; needed one score of the times",
        id="missing-column",
        hint="name the column with --score COLUMN",
    )


def find_horizons(path: Path, table: Table) -> dict[float, str]:
    """Map each horizon to its column, by rising horizon.

    Raises:
        InputError: if a name has no horizon, or two have the same.
    """
    found: dict[float, str] = {}
    for name in table:
        if not name.startswith(SURVIVAL):
            continue
        try:
            horizon = float(name.removeprefix(SURVIVAL))
        except ValueError:
            horizon = math.nan
        if not 0 <= horizon < math.inf or horizon in found:
            raise InputError(
                f"{path} has the column '{name}'; needed one column for each horizon, 0 or more",
                id="bad-horizon",
                hint=f"write the horizon as a number: {SURVIVAL}2.5",
            )
        found[horizon] = name
    return dict(sorted(found.items()))


def read_survival(
    path: Path, table: Table, horizons: dict[float, str]
) -> dict[float, NDArray[np.float64]]:
    """Read the probabilities of no event until each horizon.

    Raises:
        InputError: if one lies outside 0 to 1, or rises with the horizon.
    """
    found: dict[float, NDArray[np.float64]] = {}
    lowest = np.ones(len(next(iter(table.values()))))
    for horizon, name in horizons.items():
        values = read_numbers(path, table, name)
        outside = (values < 0) | (values > 1)
        refuse(path, outside, name, "a probability from 0 to 1", "not-a-probability")
        rising = values > lowest + ROUNDING
        refuse(path, rising, name, "no more than at an earlier horizon", "rising-survival")
        lowest = np.fmin(lowest, values)
        found[horizon] = values
    return found


def refuse(path: Path, wrong: NDArray[np.bool_], column: str, needed: str, kind: str) -> None:
    """Refuse a column in which a cell is not what it should be.

    Raises:
        InputError: it names the first such line.
    """
    rows = np.flatnonzero(wrong)
    if not rows.size:
        return
    hints = {
        "bad-event": "if the column holds words, say which one is the event: --positive WORD",
        "rising-survival": "surv@<t> is the probability of no event until t, not of the event",
    }
    raise InputError(
        f"{place(path, int(rows[0]))}, column '{column}': needed {needed}",
        id=kind,
        hint=hints.get(kind, "leave the cell blank where the value is not known"),
    )


def time_columns(predictions: Predictions) -> dict[str, list[str | float]]:
    """Return the columns of times as they are written."""
    events = predictions.events
    if events is None:
        raise ValueError("times need events")
    label = predictions.labels[0]
    columns: dict[str, list[str | float]] = {
        TIME: list(predictions.targets[:, 0].tolist()),
        EVENT: list(events.tolist()),
        SCORE + label: list(predictions.scores[:, 0].tolist()),
    }
    for horizon, values in sorted(predictions.survival.items()):
        columns[SURVIVAL + repr(horizon).removesuffix(".0")] = list(values.tolist())
    return columns

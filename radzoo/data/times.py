"""From the columns of a table to times: how long each case was watched, and how that ended."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.data.options import DataOptions
from radzoo.data.table import Table
from radzoo.data.targets import BLANK, NO, YES, Targets, read_targets

TIME: Final = "time"
EVENT: Final = "event"


@dataclass(frozen=True, slots=True)
class Times:
    """The times of some rows; both None where one of the cells is blank.

    Attributes:
        times: above 0, in the unit of the data set.
        events: 1 if the event came then, 0 if none was seen until then.
    """

    times: tuple[float | None, ...]
    events: tuple[float | None, ...]

    def put(self, case: Case, row: int) -> Case:
        """Return the case with the time and the event of a row."""
        return replace(case, time=self.times[row], event=self.events[row])


def read_times(table: Table, options: DataOptions) -> Times | None:
    """Read the times that a table holds; None if it has no such columns.

    Columns called `time` and `event` are read wherever both are there; others have to be named.

    Raises:
        InputError: if a named column is missing, a time is not above 0 or an event neither 0
            nor 1; it names the row, and nobody.
    """
    time, event = table.find((TIME,)), table.find((EVENT,))
    if options.time is not None:
        time = table.require(options.time)
    if options.event is not None:
        event = table.require(options.event)
    if time is None or event is None:
        if options.time is None and options.event is None:
            return None
        raise InputError(
            f"{table.path.name} has a column for one of time and event, and needs both",
            id="missing-column",
            hint=f"name the other with --time or --event; columns: {', '.join(table.columns)}",
        )
    pairs = [
        _read_row(table, row, time, event, options.positive if options.event else None)
        for row in range(len(table.rows))
    ]
    known = [(None, None) if None in pair else pair for pair in pairs]
    return Times(tuple(time for time, _ in known), tuple(event for _, event in known))


def targets_beside(times: Times | None, table: Table, options: DataOptions) -> Targets:
    """Read the targets of a table; one that has times needs no others.

    Raises:
        InputError: as `read_targets`.
    """
    if times is None:
        return read_targets(table, options)
    own = replace(options, needs_targets=False)
    if options.event is not None and options.target is None:
        own = replace(own, positive=None)  # it says which word of that column is the event
    return read_targets(table, own)


def differ(times: Times | None, rows: Sequence[int]) -> bool:
    """Do rows of one case say different things of it?"""
    return times is not None and len({(times.times[row], times.events[row]) for row in rows}) > 1


def _read_row(
    table: Table, row: int, time: str, event: str, word: str | None
) -> tuple[float | None, float | None]:
    cells, place = table.rows[row], f"{table.path.name}, row {row + table.first_row}"
    return (
        _read_time(cells[time], f"{place}, column '{time}'"),
        _read_event(cells[event], f"{place}, column '{event}'", word),
    )


def _read_time(cell: str, place: str) -> float | None:
    if cell.casefold() in BLANK:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise InputError(
            f"{place}: needed a time above 0",
            id="bad-time",
            hint="count from the image on, in one unit, such as days; leave unknown times blank",
        )
    return value


def _read_event(cell: str, place: str, word: str | None) -> float | None:
    text = cell.casefold()
    if text in BLANK:
        return None
    if word is not None:
        return float(text == word.casefold())
    if text in YES | NO:
        return float(text in YES)
    raise InputError(
        f"{place}: needed 1 for an event or 0 for none",
        id="bad-event",
        hint="if the column holds words: --event COLUMN --positive WORD",
    )

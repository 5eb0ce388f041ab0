"""The rows of a data set: its tables one after the other, joined, with derived columns."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from radzoo.core.case import Split
from radzoo.core.errors import InputError
from radzoo.data.layout.files import TableFile, find_files
from radzoo.data.layout.schema import Derived, Join, Layout, Side
from radzoo.data.layout.table_rows import Rows, missing_column, read_rows
from radzoo.data.presets.matching import SCIENTIFIC, SHOWN
from radzoo.data.table import fold_name
from radzoo.data.targets import BLANK

FOLDER: Final = "table folder"
"""Column that every row has: the folder of its table, below the folder of the data."""
SPLIT: Final = "table split"
"""Column that every row has: the split that the layout gives to its table."""


@dataclass(slots=True)
class Row:
    """A row: the cells by folded name of the column, and where it stands."""

    cells: dict[str, str]
    table: str
    number: int
    split: Split | None = None

    def get(self, column: str) -> str:
        """Return a cell; what means "nothing" is an empty text, as is a column not there."""
        cell = self.cells.get(fold_name(column), "")
        return "" if cell.casefold() in BLANK else cell

    @property
    def place(self) -> str:
        """Where the user finds it."""
        return f"row {self.number} of {self.table}"


@dataclass(slots=True)
class Sheet:
    """All rows of a data set.

    Attributes:
        columns: the names of the columns of all tables, and derived ones.
        notes: what was done, one sentence each.
    """

    rows: list[Row]
    columns: dict[str, str]
    notes: list[str] = field(default_factory=list)

    def require(self, names: Iterable[str]) -> None:
        """Check that one of these columns exists.

        Raises:
            InputError: if there is none.
        """
        names = list(names)
        if not any(fold_name(name) in self.columns for name in names):
            tables = ", ".join(dict.fromkeys(row.table for row in self.rows))
            raise missing_column(tables or "the table", names[0], list(self.columns.values()))


def read_sheet(layout: Layout, root: Path, tables: Sequence[TableFile]) -> Sheet:
    """Read the tables, join the others to them, and add the derived columns.

    Raises:
        InputError: if a table or a column is missing, or a table has no rows.
    """
    sheet = Sheet([], {fold_name(FOLDER): FOLDER, fold_name(SPLIT): SPLIT})
    for one in tables:
        read = read_rows(one.path, one.table)
        _note_length(sheet, one, read)
        _add_rows(sheet, root, one, read)
    if not sheet.rows:
        raise InputError(
            f"the table {tables[0].path} has no rows",
            id="empty-table",
            hint="a table has a line of column names and one line per case",
        )
    for join in layout.joins:
        _join(sheet, root, join)
    for name, derived in layout.derive.items():
        _derive(sheet, name, derived)
    if layout.skip is not None:
        sheet.require([layout.skip.column])
        bad, column = set(layout.skip.values), layout.skip.column
        keep(sheet, [row.get(column) not in bad for row in sheet.rows], layout.skip.because)
    return sheet


def keep(sheet: Sheet, kept: Sequence[bool], because: str) -> None:
    """Leave out rows, and say so."""
    before = len(sheet.rows)
    sheet.rows = [row for row, good in zip(sheet.rows, kept, strict=True) if good]
    if len(sheet.rows) < before:
        sheet.notes.append(f"kept {len(sheet.rows):,} of {before:,} rows because {because}")


def refuse_damaged(sheet: Sheet, columns: Iterable[str]) -> None:
    """Refuse identifiers that a spreadsheet has turned into rounded numbers.

    Raises:
        InputError: if there are any: different ones have become equal.
    """
    for column in columns:
        damaged = [row for row in sheet.rows if SCIENTIFIC.match(row.get(column))]
        if damaged:
            raise InputError(
                f"the column '{column}' holds {len(damaged):,} identifiers as rounded numbers "
                f"(1.23E+15), first in {damaged[0].place}",
                id="damaged-identifiers",
                hint="a spreadsheet has damaged them: use the table as it was published",
            )


def _add_rows(sheet: Sheet, root: Path, one: TableFile, read: Rows) -> None:
    sheet.columns.update({fold_name(name): name for name in read.columns})
    folder = ""
    if one.path.is_relative_to(root):
        folder = one.path.parent.relative_to(root).as_posix().removeprefix(".")
    for number, cells in read.rows:
        cells[fold_name(FOLDER)] = folder
        cells[fold_name(SPLIT)] = one.table.split or ""
        sheet.rows.append(Row(cells, one.path.name, number, one.table.split))


def _note_length(sheet: Sheet, one: TableFile, read: Rows) -> None:
    expected = one.table.rows
    if expected is not None and len(read.rows) != expected:
        sheet.notes.append(
            f"{one.path.name} has {len(read.rows):,} rows, the published one {expected:,}"
        )


def _join(sheet: Sheet, root: Path, join: Join) -> None:
    """Add the columns of another table; a row that finds several becomes several."""
    paths = find_files(root, join)
    if not paths:
        if not join.optional:
            raise InputError(
                f"{root} has no table {join.files[0]}",
                id="missing-table",
                hint="the layout joins it: put it beside the other tables",
            )
        sheet.notes.append(f"there is no {join.files[0]}: its columns are blank")
        sheet.columns.update({fold_name(name): name for name in join.take})
        return
    other = read_rows(paths[0], join)
    _check_join(sheet, paths[0].name, other, join)
    theirs: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    on = [fold_name(name) for name in join.on]
    for _, cells in other.rows:
        theirs[tuple(cells[name] for name in on)].append(cells)
    rows: list[Row] = []
    alone = 0
    for row in sheet.rows:
        found = theirs.get(tuple(row.cells.get(name, "") for name in on), [])
        if join.side is not None:
            found = [cells for cells in found if _same_side(row, cells, join.side)]
        alone += not found
        rows += [_with(row, cells, join.take) for cells in found] or [row]
    sheet.notes.append(
        f"joined {paths[0].name} on {', '.join(join.on)}: {len(sheet.rows) - alone:,} of "
        f"{len(sheet.rows):,} rows found one there"
    )
    sheet.rows = rows
    sheet.columns.update({fold_name(name): name for name in join.take})


def _check_join(sheet: Sheet, table: str, other: Rows, join: Join) -> None:
    known = {fold_name(name) for name in other.columns}
    theirs = (*join.on, *join.take, *((join.side.theirs,) if join.side else ()))
    for name in theirs:
        if fold_name(name) not in known:
            raise missing_column(table, name, list(other.columns))
    for name in (*join.on, *((join.side.ours,) if join.side else ())):
        sheet.require([name])
    refuse_damaged(sheet, join.on)


def _same_side(row: Row, cells: Mapping[str, str], side: Side) -> bool:
    """Does a finding belong to the image of this row?"""
    theirs = cells[fold_name(side.theirs)]
    return theirs in side.both or theirs == row.get(side.ours)


def _with(row: Row, cells: Mapping[str, str], take: Sequence[str]) -> Row:
    added = {fold_name(name): cells[fold_name(name)] for name in take}
    return Row({**row.cells, **added}, row.table, row.number, row.split)


def _derive(sheet: Sheet, name: str, derived: Derived) -> None:
    sheet.require(derived.columns)
    expression = re.compile(derived.regex)
    for row in sheet.rows:
        found = (expression.search(row.get(column)) for column in derived.columns)
        first = next((match for match in found if match), None)
        row.cells[fold_name(name)] = (first[1] or "") if first else ""
    sheet.columns[fold_name(name)] = name


def show_rows(rows: Sequence[Row]) -> str:
    """Name the first few rows."""
    return ", ".join(row.place for row in rows[:SHOWN])

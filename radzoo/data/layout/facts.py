"""What the tables say of a case besides its labels: patient, split, sex, age, view."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from radzoo.core.case import Split
from radzoo.core.errors import InputError
from radzoo.data.door import read_head
from radzoo.data.layout.schema import Age, Cases, Cell, SplitLists
from radzoo.data.layout.sheet import Row, Sheet
from radzoo.data.presets.csv import SPLIT_NAMES
from radzoo.data.refusal import REASONS, ImageRefused

SEXES: Final = {
    "m": "M", "male": "M", "man": "M", "f": "F", "female": "F", "woman": "F", "o": "O",
    "other": "O",
}  # fmt: skip
AGE: Final = re.compile(r"(\d{1,4}(?:[.,]\d+)?)\s*([YMWD]?)", re.IGNORECASE)
PER_YEAR: Final = {"y": 1.0, "m": 12.0, "w": 52.1775, "d": 365.25}
OLDEST: Final = 120.0
TEXTS: Final = ("site", "scanner", "view")


def read_cell(cell: Cell | None, row: Row) -> str:
    """Return the first of the columns that has a value in this row, in the layout's words."""
    if cell is None:
        return ""
    for column in cell.columns:
        value = row.get(column)
        if value and value not in cell.missing:
            return cell.values.get(value, value)
    return ""


def check_columns(cases: Cases, sheet: Sheet) -> None:
    """Check that the tables have the columns that the layout names.

    Raises:
        InputError: if one is missing.
    """
    for name in ("patient", "study", "series", "split", "sex", "age", "date", *TEXTS):
        cell: Cell | None = getattr(cases, name)
        if cell is not None and not cell.optional:
            sheet.require(cell.columns)
    if cases.age is not None and cases.age.born is not None:
        sheet.require([cases.age.born])


def read_groups(cases: Cases, row: Row, odd: Counter[str]) -> dict[str, str]:
    """Return sex, age, site, scanner and view; what cannot be that counts in `odd`."""
    groups = {name: read_cell(getattr(cases, name), row) for name in TEXTS}
    sex = read_cell(cases.sex, row)
    groups["sex"] = SEXES.get(sex.casefold(), "")
    if sex and not groups["sex"]:
        odd["a sex other than M, F or O"] += 1
    if cases.age is not None:
        age = read_age(cases.age, row)
        if age is not None and 0 <= age <= OLDEST:
            groups["age"] = f"{round(age, 2):g}"
        elif age is not None or read_cell(cases.age, row):
            odd["an impossible age"] += 1
    return {name: value for name, value in groups.items() if value}


def read_age(age: Age, row: Row) -> float | None:
    """Return the age in years; None if there is none to be read."""
    text = read_cell(age, row)
    if age.born is not None:
        return years_between(row.get(age.born), text)
    found = AGE.fullmatch(text)
    if found is None:
        return None
    letter = found[2].lower() or age.unit[0]
    return float(found[1].replace(",", ".")) / PER_YEAR[letter]


def years_between(born: str, date: str) -> float | None:
    """Rule: a year of birth and a date (`YYYYMMDD`) give an age, a year too high at most."""
    first, last = re.match(r"\d{4}", born), re.match(r"\d{4}", date)
    return float(last[0]) - float(first[0]) if first and last else None


def read_split(cell: Cell | None, row: Row) -> Split | None:
    """Return the split of the table, or the one that the row names.

    Raises:
        InputError: if the name is none of the usual ones.
    """
    name = read_cell(cell, row).casefold()
    if not name:
        return row.split
    if name not in SPLIT_NAMES:
        raise InputError(
            f"{row.place} names an unknown split",
            id="unknown-split",
            hint=f"the splits are {', '.join(SPLIT_NAMES)}; 'values' of a layout maps others",
        )
    return SPLIT_NAMES[name]


def read_split_lists(lists: SplitLists | None, root: Path, sheet: Sheet) -> Mapping[str, Split]:
    """Return the split of everything that the lists name; a note says which are absent."""
    places: dict[str, Split] = {}
    if lists is None:
        return places
    sheet.require([lists.column])
    for name, split in lists.files.items():
        try:
            read_head(root / name)
        except ImageRefused as refused:
            sheet.notes.append(f"the list {name} was not used: {REASONS[refused.code]}")
            continue
        for line in (root / name).read_text("utf-8-sig", "surrogateescape").splitlines():
            places[line.strip()] = split
    if places:
        listed = sum(row.get(lists.column) in places for row in sheet.rows)
        sheet.notes.append(f"the lists give a split to {listed:,} of {len(sheet.rows):,} rows")
    return places


def note_odd(odd: Counter[str]) -> list[str]:
    """Say which values were taken as blank."""
    return [f"{what} stands in {n:,} rows and was taken as blank" for what, n in odd.items()]

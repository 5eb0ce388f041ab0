"""Which subgroup each case belongs to: the values of a column, or bands of its numbers."""

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from radzoo.core.errors import InputError, UsageError
from radzoo.core.registry import did_you_mean

UNKNOWN = "(unknown)"
MISSING = frozenset(["", "na", "nan", "null", "none"])
# A column of numbers with more different values than this is cut into bands.
MOST_NUMBERS = 10
MOST_GROUPS = 50
AGES = (40, 60, 80)
AGE_BANDS = ("<40", "40-59", "60-79", "80+")
OLDEST = 130
CROSS = "*"


def assign_groups(columns: Mapping[str, Sequence[str]], by: str) -> tuple[list[str], list[str]]:
    """Return the group of each case, and the groups in the order to show them.

    Args:
        columns: name to the values of all cases.
        by: a column, or several crossed: `sex*site`.

    Raises:
        InputError: if there is no such column.
        UsageError: if it has too many groups.
    """
    parts = [assign_column(columns, name.strip()) for name in by.split(CROSS)]
    if len(parts) == 1:
        groups, order = parts[0]
    else:
        groups = [
            f" {CROSS} ".join(cells) for cells in zip(*(one[0] for one in parts), strict=True)
        ]
        places = [{name: at for at, name in enumerate(one[1])} for one in parts]
        keys = {
            group: tuple(place[cell] for place, cell in zip(places, cells, strict=True))
            for group, cells in zip(
                groups, zip(*(one[0] for one in parts), strict=True), strict=True
            )
        }
        order = sorted(keys, key=keys.__getitem__)
    if len(order) > MOST_GROUPS:
        raise UsageError(
            f"'{by}' has {len(order)} different values; needed at most {MOST_GROUPS} subgroups",
            id="too-many-groups",
            hint="choose a column that few values share, such as site or sex",
        )
    return groups, order


def assign_column(columns: Mapping[str, Sequence[str]], name: str) -> tuple[list[str], list[str]]:
    """Return the group of each case by one column, and the order of the groups.

    Raises:
        InputError: if there is no such column.
    """
    if name not in columns:
        raise InputError(
            f"the predictions have no column '{name}' to make subgroups by",
            id="missing-column",
            hint=did_you_mean(name, list(columns))
            or f"columns they have: {', '.join(columns) or 'none beside targets and scores'}",
        )
    cells = ["" if cell.strip().lower() in MISSING else cell.strip() for cell in columns[name]]
    numbers = read_numbers(cells)
    if numbers is not None and len(set(numbers.values())) > MOST_NUMBERS:
        bands, order = cut(name, numbers)
        groups = [bands[cell] if cell else UNKNOWN for cell in cells]
    else:
        groups = [cell or UNKNOWN for cell in cells]
        by_number = None if numbers is None else numbers.__getitem__
        order = sorted({cell for cell in cells if cell}, key=by_number)
    return groups, [*order, *([UNKNOWN] if UNKNOWN in groups else [])]


def read_numbers(cells: Sequence[str]) -> dict[str, float] | None:
    """Return the number that each different cell is; None if one is no number."""
    numbers = {}
    for cell in dict.fromkeys(cells):
        if not cell:
            continue
        try:
            numbers[cell] = float(cell)
        except ValueError:
            return None
        if not math.isfinite(numbers[cell]):
            return None
    return numbers or None


def cut(name: str, numbers: Mapping[str, float]) -> tuple[dict[str, str], list[str]]:
    """Return the band of each cell and the bands in order: of ages as usual, else quarters."""
    values = np.array(list(numbers.values()))
    if is_age(name) and values.min() >= 0 and values.max() <= OLDEST:
        bands = {
            cell: AGE_BANDS[sum(number >= age for age in AGES)] for cell, number in numbers.items()
        }
        return bands, [band for band in AGE_BANDS if band in bands.values()]
    edges = np.unique(np.quantile(values, [0.25, 0.5, 0.75]))
    at = np.searchsorted(edges, values, side="left")
    titles = {
        band: f"{values[at == band].min():g} to {values[at == band].max():g}"
        for band in np.unique(at).tolist()
    }
    bands = {cell: titles[band] for cell, band in zip(numbers, at.tolist(), strict=True)}
    return bands, list(titles.values())


def is_age(column: str) -> bool:
    """Does a column hold ages, by its name?"""
    words = re.split(r"[^a-z]+", column.casefold())
    return "age" in words or "patientage" in words

"""Sizes and shapes of structures as a table."""

import math
from typing import TYPE_CHECKING

from radzoo.core.measure_report import Measurement, MeasureReport
from radzoo.core.report_tasks import Agreement
from radzoo.render import words
from radzoo.render.rows import Cell
from radzoo.render.terminal.tables import plain_table, text

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

WHOLE = frozenset({"voxels", "components", "axial_slice"})
# What fits a terminal; the rest stands in --output and in the other formats.
SHOWN = {
    "volume_ml": "mL", "reference_volume_ml": "ref. mL", "area_mm2": "mm2",
    "reference_area_mm2": "ref. mm2", "voxels": "voxels", "surface_mm2": "mm2 around",
    "perimeter_mm": "mm around", "longest_mm": "mm long", "across_mm": "across",
    "axial": "axial mm", "components": "parts", "values": "mean (sd)",
}  # fmt: skip
# A size says more than a count; and a reference or values take the room of the surface.
INSTEAD = {
    "voxels": {"volume_ml", "area_mm2"},
    "surface_mm2": {"reference_volume_ml", "mean"},
    "perimeter_mm": {"reference_area_mm2"},
    "longest_mm": {"mean"},
}
MOST_ROWS = 40


def measure_heading(report: MeasureReport) -> list[str]:
    """Return the names of the columns of `measure_rows`."""
    return ["case_id", "patient_id", "structure", *report.columns, "unit"]


def measure_rows(report: MeasureReport) -> list[list[Cell]]:
    """Return a row for each structure of each case; what does not exist is None."""
    return [
        [
            one.case_id, one.patient_id, one.structure,
            *(exact(name, one.values.get(name)) for name in report.columns), one.unit,
        ]
        for one in report.measurements
    ]  # fmt: skip


def measure_columns(report: MeasureReport) -> dict[str, list[str | float]]:
    """Return the same table by columns for a file; what does not exist is NaN."""
    measured: dict[str, list[str | float]] = {
        name: [one.values.get(name, math.nan) for one in report.measurements]
        for name in report.columns
    }
    return {
        "case_id": [one.case_id for one in report.measurements],
        "patient_id": [one.patient_id for one in report.measurements],
        "structure": [one.structure for one in report.measurements],
        **measured,
        "unit": [one.unit for one in report.measurements],
    }


def exact(name: str, value: float | None) -> Cell:
    """Return a value, as a whole number where it is a count."""
    return value if value is None or name not in WHOLE else int(value)


def render_measures(report: MeasureReport) -> "Group":
    """Return the table, the agreement with the reference, and doubts."""
    from rich.console import Group

    left = len(report.measurements) - MOST_ROWS
    told = f"... and {words.plural(left, 'row')} more: -o FILE.csv has all"
    more = [text(told)] if left > 0 else []
    return Group(
        measures_table(report),
        *more,
        *(agreement_table(one) for one in report.agreement),
        *(text(f"! {words.visible(warning)}", "yellow") for warning in report.warnings),
    )


def measures_table(report: MeasureReport) -> "Table":
    """Return what is asked first of each structure."""
    columns = shown_columns(report)
    table = plain_table("", "case", "structure", *(SHOWN[name] for name in columns), left=2)
    for one in report.measurements[:MOST_ROWS]:
        table.add_row(
            text(words.visible(one.case_id)),
            text(words.visible(one.structure)),
            *(text(cell(name, one)) for name in columns),
        )
    return table


def shown_columns(report: MeasureReport) -> list[str]:
    """Return the columns that the report has something for."""
    there = set(report.columns)
    there |= {"axial"} if "axial_longest_mm" in there else set()
    there |= {"values"} if "mean" in there else set()
    return [name for name in SHOWN if name in there and not there & INSTEAD.get(name, set())]


def cell(name: str, one: Measurement) -> str:
    """Write one value as it is read best."""
    values = one.values
    if name == "axial":
        if "axial_longest_mm" not in values:
            return words.NONE
        return f"{values['axial_longest_mm']:.1f} x {values['axial_across_mm']:.1f}"
    if name == "values":
        if "mean" not in values:
            return words.NONE
        return f"{values['mean']:.4g} ({values['sd']:.3g}) {one.unit}".strip()
    if name not in values:
        return words.NONE
    if name in WHOLE:
        return f"{values[name]:,.0f}"
    return size(values[name])


def size(value: float) -> str:
    """Write a size with four digits, no power of ten."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:#.4g}"


def agreement_table(one: Agreement) -> "Table":
    """Return how well sizes agree with the reference."""
    unit = one.unit or ""
    table = plain_table(
        f"{words.visible(one.label)}: measured - reference, "
        f"{words.plural(one.n, 'case')}", "", "value", "95 %",
    )  # fmt: skip
    rows = [
        (f"Bias, {unit}", one.bias),
        ("Relative bias", one.relative_bias),
        (f"Lower limit of agreement, {unit}", one.lower_limit),
        (f"Upper limit of agreement, {unit}", one.upper_limit),
        ("ICC(2,1)", one.icc),
    ]
    for name, value in rows:
        if value is not None:
            percent = value.name == "relative_bias"
            table.add_row(
                text(name),
                text(number(value.value, percent=percent)),
                text(
                    words.NONE
                    if value.low is None
                    else f"{number(value.low, percent=percent)} to "
                    f"{number(value.high, percent=percent)}"
                ),
            )
    return table


def number(value: float | None, *, percent: bool) -> str:
    """Write a number, or a share as percent."""
    if value is None:
        return words.NONE
    return f"{100 * value:+.1f} %" if percent else f"{value:.4g}"

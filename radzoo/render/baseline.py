"""Classical models as a table: what each is told, and what it reaches."""

from typing import TYPE_CHECKING

from radzoo.core.baseline_report import BaselineReport, BaselineRow
from radzoo.core.report import MetricValue
from radzoo.core.text import visible
from radzoo.render import words
from radzoo.render.rows import Cell

if TYPE_CHECKING:
    from rich.console import Group

BASELINE_COLUMNS = (
    "name", "inputs", "estimator", "n_inputs", "setting", "value", "validation", "metric", "label",
    "test", "low", "high", "method", "n", "predictions",
)  # fmt: skip


SHORT = {"min_samples_leaf": "leaf"}


def baseline_rows(report: BaselineReport) -> list[list[Cell]]:
    """Return a row for each model and label; see `BASELINE_COLUMNS`."""
    return [
        [
            row.name, row.inputs, row.estimator, row.n_inputs, row.setting, row.value,
            row.validation, one.name, one.label, one.value, one.low, one.high, one.method, one.n,
            row.predictions,
        ]
        for row in report.rows
        for one in headlines(report, row)
    ]  # fmt: skip


def headlines(report: BaselineReport, row: BaselineRow) -> list[MetricValue]:
    """Return the headline metric of a model, one value for each label."""
    return [one for one in row.metrics if one.name == report.headline]


def render_baselines(report: BaselineReport) -> "Group":
    """Return the models, a line for each label, and what must be said beside."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    several = len({one.label for row in report.rows for one in headlines(report, row)}) > 1
    headings = ("told", "model", "inputs", "setting", "on val", *(("label",) if several else ()),
                "on test", "95 %")  # fmt: skip
    title = f"{words.title_of(report.headline)} of classical models"
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    for heading in headings:
        right = heading not in ("told", "model", "setting", "label")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for row in report.rows:
        for place, one in enumerate(headlines(report, row)):
            who = (
                row.inputs, row.estimator, f"{row.n_inputs:,}",
                f"{SHORT.get(row.setting, row.setting)} {row.value:g}",
                words.NONE if row.validation is None else f"{row.validation:.3f}",
            )  # fmt: skip
            label = (visible(one.label),) if several else ()
            table.add_row(
                *(("",) * len(who) if place else who), *label, words.number(one.value),
                words.interval(one),
            )  # fmt: skip
    n_test = words.plural(report.n_cases["test"], "test case")
    said = [Text(f"{n_test}; settings were chosen on {report.n_cases['val']} validation cases")]
    return Group(table, *said)

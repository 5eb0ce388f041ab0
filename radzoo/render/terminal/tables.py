"""Tables of metrics for the terminal."""

from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def plain_table(title: str, *columns: str, left: int = 1) -> "Table":
    """Begin a table whose first `left` columns are words and whose others are numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title=Text(title, style="bold") if title else None,
        title_justify="left",
    )
    for at, name in enumerate(columns):
        table.add_column(
            name, justify="left" if at < left else "right", no_wrap=at >= left, overflow="fold"
        )
    return table


def text(content: str, style: str = "") -> "Text":
    """Return words as they are: no markup is read."""
    from rich.text import Text

    return Text(content, style=style)


def shown_metrics(report: EvalReport, label: str, *, whole: bool) -> list[MetricValue]:
    """Return the metrics of a label that its table shows: all, or those that are asked first."""
    values = words.of_label(report.metrics, label)
    if whole or report.task not in ("binary", "multilabel"):
        return values
    return [value for value in values if value.name not in words.FURTHER]


def metrics_table(report: EvalReport, label: str, *, whole: bool = False) -> "Table":
    """Return the metrics of one label, grouped; it fits 80 columns."""
    table = plain_table(
        words.describe_label(report, label), "", "value", words.level(report), "interval", "n",
        "pos",
    )  # fmt: skip
    for column in (2, 3):
        table.columns[column].justify = "left"
    values = shown_metrics(report, label, whole=whole)
    for at, value in enumerate(values):
        family = words.family_of(value.name, report.task)
        is_last = (
            at + 1 == len(values) or words.family_of(values[at + 1].name, report.task) != family
        )
        table.add_row(*_cells(value), end_section=is_last)
    return table


def _cells(value: MetricValue) -> "list[Text]":
    # The sign that a note stands below.
    mark = " *" if value.note else ""
    place = "" if value.at is None else f" at {value.at:g}"
    return [
        text(words.title_of(value.name) + place + mark),
        text(words.number(value.value), "bold" if value.name in words.HEADLINES else ""),
        text(words.interval(value)),
        text(value.method or words.NONE, "dim"),
        text(str(value.n)),
        text(words.NONE if value.n_positive is None else str(value.n_positive)),
    ]


OVERVIEW = (
    "auroc", "dice", "mae", "average_precision", "hd95", "nsd", "rmse", "ccc", "sensitivity",
    "specificity", "calibration_slope",
)  # fmt: skip
MOST_COLUMNS = 5


def overview_table(report: EvalReport) -> "Table":
    """Return one row for each label: what is asked first, the rest is told label by label."""
    known = [name for name in OVERVIEW if any(one.name == name for one in report.metrics)]
    known = known[:MOST_COLUMNS]
    first, others = known[:1], known[1:]
    table = plain_table(
        "All labels", "", "n", "pos", *[words.short_title(name) for name in first],
        *[words.level(report)] * bool(first), *[words.short_title(name) for name in others],
    )  # fmt: skip
    for label in dict.fromkeys(one.label for one in report.metrics):
        values = {one.name: one for one in words.of_label(report.metrics, label)}
        some = next(iter(values.values()))
        macro = {name: values.get(f"{name}_macro", values.get(name)) for name in known}
        table.add_row(
            text(words.visible(label)),
            text(str(some.n)),
            text(words.NONE if some.n_positive is None else str(some.n_positive)),
            *[text(words.number(_value(macro[name])), "bold") for name in first],
            *[text(_interval(macro[name])) for name in first],
            *[text(words.number(_value(macro[name]), 2)) for name in others],
        )
    return table


def _value(value: MetricValue | None) -> float | None:
    return None if value is None else value.value


def _interval(value: MetricValue | None) -> str:
    return words.NONE if value is None else words.interval(value)


def prefix_of(report: EvalReport, label: str) -> str:
    """Name the label that a sentence is about, where there are several."""
    return f"{words.visible(label)}: " if len(report.labels) > 1 else ""

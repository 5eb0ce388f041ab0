"""A report for the terminal: tables that are read at a glance, warnings as sentences."""

from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text


def render_report(report: EvalReport) -> "Group":
    """Return the tables of all labels, then warnings, then what the intervals are."""
    from rich.console import Group
    from rich.text import Text

    heading = Text(f"{report.task.capitalize()}: {words.cohort(report)}", style="bold")
    parts: list[Table | Text] = [heading]
    for label in report.labels:
        parts += [Text(), metrics_table(report, label)]
        for point in report.operating_points:
            if point.label == label:
                parts.append(_confusion(report, label))
    parts += _notes(report)
    parts += _warnings(report)
    parts += _legend(report)
    return Group(*parts)


def metrics_table(report: EvalReport, label: str) -> "Table":
    """Return the metrics of one label, grouped; it fits 80 columns."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title=Text(words.describe_label(report, label), style="bold"),
        title_justify="left",
    )
    table.add_column("", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column(words.level(report), no_wrap=True)
    table.add_column("interval", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("pos", justify="right", no_wrap=True)
    values = words.of_label(report.metrics, label)
    for at, value in enumerate(values):
        family = words.family_of(value.name)
        is_last = at + 1 == len(values) or words.family_of(values[at + 1].name) != family
        table.add_row(*_cells(value), end_section=is_last)
    return table


def _cells(value: MetricValue) -> "list[Text]":
    from rich.text import Text

    # The sign that a note stands below.
    mark = " *" if value.note else ""
    return [
        Text(words.title_of(value.name) + mark),
        Text(words.number(value.value), style="bold" if value.name == "auroc" else ""),
        Text(words.interval(value)),
        Text(value.method or words.NONE, style="dim"),
        Text(str(value.n)),
        Text(words.NONE if value.n_positive is None else str(value.n_positive)),
    ]


def _confusion(report: EvalReport, label: str) -> "Text":
    """Return the counts at the threshold as two lines of prose."""
    from rich.text import Text

    point = next(one for one in report.operating_points if one.label == label)
    diseased = point.true_positive + point.false_negative
    healthy = point.true_negative + point.false_positive
    return Text(
        f"At {words.describe_point(point)}:\n"
        f"{point.true_positive} of {diseased} positive cases found, {point.false_negative} missed; "
        f"{point.false_positive} of {healthy} negative cases flagged."
    )


def _notes(report: EvalReport) -> "list[Text]":
    """Return what stands behind the asterisks, once each."""
    from rich.text import Text

    lines = [f"* {words.visible(note)}" for note in words.notes(report)]
    return [Text(), *[Text(line) for line in lines]] if lines else []


def _warnings(report: EvalReport) -> "list[Text]":
    from rich.text import Text

    lines = [Text(f"! {words.visible(warning)}", style="yellow") for warning in report.warnings]
    return [Text(), *lines] if lines else []


def _legend(report: EvalReport) -> "list[Text]":
    from rich.text import Text

    lines = [
        Text(f"{name}: {meaning}", style="dim")
        for name, meaning in words.methods(report).items()
        if meaning
    ]
    return [Text(), *lines] if lines else []

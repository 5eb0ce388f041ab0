"""The metrics of a report as a table for another program: CSV, Markdown, LaTeX."""

from collections.abc import Sequence

from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words
from radzoo.render.rows import csv_table, escape_latex, latex_table, markdown_table

CSV_COLUMNS = (
    "label", "name", "value", "low", "high", "level", "method", "n", "n_positive", "note", "at",
)  # fmt: skip


def to_csv(report: EvalReport) -> str:
    """Return one line per metric and label, with every digit; what is undefined is blank."""
    records = (value.model_dump() for value in report.metrics)
    return csv_table(CSV_COLUMNS, [[record[name] for name in CSV_COLUMNS] for record in records])


def to_markdown(report: EvalReport) -> str:
    """Return the table for a text or a web page; what must be said beside it stands below."""
    notes = [f"* {words.visible(note)}" for note in words.notes(report)]
    table = markdown_table(_heading(report), [_row(value) for value in report.metrics])
    return "\n".join([table, *([""] if notes else []), *notes])


def to_latex(report: EvalReport) -> str:
    """Return the table for a paper, notes below; it needs the package booktabs."""
    rows = [_row(value) for value in report.metrics]
    notes = [
        rf"\par\footnotesize {escape_latex(words.visible(note))}" for note in words.notes(report)
    ]
    return "\n".join([latex_table(_heading(report), rows, columns="llrlrr"), *notes])


def _heading(report: EvalReport) -> Sequence[str]:
    return ("Label", "Metric", "Value", f"{words.level(report)} (method)", "n", "Positive")


def _row(value: MetricValue) -> Sequence[str]:
    method = f" ({value.method})" if value.method else ""
    return (
        value.label,
        words.title_of(value.name) + ("" if value.at is None else f" at {value.at:g}"),
        words.number(value.value),
        words.interval(value) + method,
        str(value.n),
        words.NONE if value.n_positive is None else str(value.n_positive),
    )

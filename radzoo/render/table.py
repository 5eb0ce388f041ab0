"""The metrics of a report as a table for another program: CSV, Markdown, LaTeX."""

import csv
import io
from collections.abc import Sequence

from radzoo.core.delimited import harmless
from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words

CSV_COLUMNS = (
    "label", "name", "value", "low", "high", "level", "method", "n", "n_positive", "note",
)  # fmt: skip
LATEX_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def to_csv(report: EvalReport) -> str:
    """Return one line per metric and label, with every digit; what is undefined is blank."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for value in report.metrics:
        record = value.model_dump()
        writer.writerow([_cell(record[name]) for name in CSV_COLUMNS])
    return text.getvalue().rstrip("\n")


def to_markdown(report: EvalReport) -> str:
    """Return the table for a text or a web page."""
    rows = [_heading(report), ("---",) * 6, *(_row(value) for value in report.metrics)]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
    )


def to_latex(report: EvalReport) -> str:
    """Return the table for a paper; it needs the package booktabs."""
    lines = [r"\begin{tabular}{llrlrr}", r"\toprule", latex_row(_heading(report)), r"\midrule"]
    lines += [latex_row(_row(value)) for value in report.metrics]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _heading(report: EvalReport) -> Sequence[str]:
    return ("Label", "Metric", "Value", f"{words.level(report)} (method)", "n", "Positive")


def _row(value: MetricValue) -> Sequence[str]:
    method = f" ({value.method})" if value.method else ""
    return (
        value.label,
        words.title_of(value.name),
        words.number(value.value),
        words.interval(value) + method,
        str(value.n),
        words.NONE if value.n_positive is None else str(value.n_positive),
    )


def latex_row(cells: Sequence[str]) -> str:
    """Return one row of a LaTeX table, what LaTeX would read as a command escaped."""
    escaped = ("".join(LATEX_SPECIAL.get(sign, sign) for sign in cell) for cell in cells)
    return " & ".join(escaped) + r" \\"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else harmless(str(value))

"""Rows of a table for another program: CSV, Markdown, LaTeX."""

import csv
import io
from collections.abc import Iterable, Sequence

from radzoo.core.delimited import harmless

Cell = str | float | int | None
DIGITS = 3
BAR = r"\|"
LATEX_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": "$<$", ">": "$>$",
}  # fmt: skip


def write_rows(heading: Sequence[str], rows: Iterable[Sequence[Cell]], output: str) -> str:
    """Return a table as text without a newline at its end.

    Args:
        heading: names of the columns.
        rows: None is blank; CSV gets every digit of a number, the others three decimals.
        output: `csv`, `md` or `tex`.
    """
    if output == "csv":
        return csv_table(heading, rows)
    cells = [[_short(cell) for cell in row] for row in rows]
    if output == "md":
        return markdown_table(heading, cells)
    return latex_table(heading, cells, columns="l" + "r" * (len(heading) - 1))


def csv_table(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table with every digit; no cell of it is a formula for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([_exact(cell) for cell in row] for row in rows)
    return text.getvalue().rstrip("\n")


def markdown_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table for a text or a web page."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in lines)


def latex_table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, columns: str) -> str:
    """Return a table for a paper; it needs the package booktabs.

    Args:
        heading: names of the columns.
        rows: their cells; what LaTeX would read as a command is escaped.
        columns: how they are set, such as `llr`.
    """
    body = [_latex_row(heading), r"\midrule", *(_latex_row(row) for row in rows)]
    start, end = rf"\begin{{tabular}}{{{columns}}}", r"\end{tabular}"
    return "\n".join([start, r"\toprule", *body, r"\bottomrule", end])


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(escape_latex(cell) for cell in cells) + r" \\"


def escape_latex(text: str) -> str:
    """Write a text so that LaTeX reads no command in it."""
    return "".join(LATEX_SPECIAL.get(sign, sign) for sign in text)


def _exact(cell: Cell) -> str:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else repr(cell)


def _short(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.{DIGITS}f}" if isinstance(cell, float) else str(cell)

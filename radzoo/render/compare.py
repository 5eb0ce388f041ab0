"""A comparison of models as a table, warnings as sentences."""

from typing import TYPE_CHECKING

from radzoo.core.compare_report import CompareReport, Comparison
from radzoo.core.text import visible
from radzoo.render import words
from radzoo.render.rows import Cell

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

COMPARE_COLUMNS = (
    "a", "b", "label", "metric", "value_a", "value_b", "difference", "low", "high", "p",
    "p_adjusted", "method", "interval", "n", "n_positive", "n_undefined", "margin", "p_noninferior",
    "noninferior", "note",
)  # fmt: skip
ADJUSTED = {
    "holm": "Holm", "bh": "Benjamini-Hochberg", "by": "Benjamini-Yekutieli",
    "bonferroni": "Bonferroni", "hochberg": "Hochberg", "hommel": "Hommel",
}  # fmt: skip
METHODS = {
    "delong": "covariance of DeLong; cases are independent",
    "obuchowski": "covariance between patients (Obuchowski)",
    "permutation": "scores of whole patients are exchanged between the models",
    "mcnemar": "McNemar's test of the cases that only one decides rightly",
    "mcnemar-clustered": "decisions of whole patients are exchanged between the models",
    "bootstrap": "patients are drawn, the same for both models",
    "signed-rank": "Wilcoxon's test of the mean differences of patients, exact",
    "signed-rank-normal": "Wilcoxon's test of the mean differences of patients, approximated",
    "infinitesimal-jackknife": "error from what each patient adds to it",
    "identical": "the models cannot be told apart",
}


def compare_rows(report: CompareReport, columns: tuple[str, ...]) -> list[list[Cell]]:
    """Return one row per comparison, with the columns that are named."""
    records = [one.model_dump() for one in report.comparisons]
    return [[plain(record[name]) for name in columns] for record in records]


def paper_rows(report: CompareReport) -> list[list[Cell]]:
    """Return the rows for a paper, as `paper_heading` names them; no p-value is ever 0.000."""
    return [
        [
            one.a, one.b, visible(one.label), words.title_of(one.metric), one.value_a, one.value_b,
            one.difference, bounds_of(one), write_p(one.p), write_p(one.p_adjusted),
            one.method or words.NONE, one.n,
            *(describe_margin(one) if has_margin(report) else ()),
        ]
        for one in report.comparisons
    ]  # fmt: skip


def paper_heading(report: CompareReport) -> tuple[str, ...]:
    """Name the columns for a paper."""
    level = next((one.level for one in report.comparisons if one.level is not None), None)
    interval = "Interval" if level is None else f"{100 * level:g} %"
    adjusted = ADJUSTED.get(report.adjust)
    margin = ("Margin", "p of non-inferiority", "Non-inferior") if has_margin(report) else ()
    return (
        "First", "Second", "Label", "Metric", "Value of first", "Value of second", "Difference",
        interval, "p", f"p adjusted ({adjusted})" if adjusted else "p adjusted", "Method", "n",
        *margin,
    )  # fmt: skip


def has_margin(report: CompareReport) -> bool:
    """Was it asked whether models are not inferior?"""
    return any(one.margin is not None for one in report.comparisons)


def describe_margin(one: Comparison) -> tuple[Cell, Cell, Cell]:
    """Write the margin, its p-value, and whether the first is not inferior by it."""
    margin = words.NONE if one.margin is None else f"{one.margin:g}"
    verdict = words.NONE if one.noninferior is None else plain(one.noninferior)
    return margin, write_p(one.p_noninferior), verdict


def plain(value: Cell | bool) -> Cell:
    """Return a cell; yes and no as words."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def render_compare(report: CompareReport) -> "Group":
    """Return the models by letter, the table, notes, warnings and what the methods are."""
    from rich.console import Group
    from rich.text import Text

    letters = letters_of(report)
    patients = "" if report.n_patients is None else f" of {report.n_patients:,} patients"
    heading = f"{words.plural(len(report.files), 'model')} on the same "
    lines = [
        Text(f"{heading}{words.plural(report.n_cases, 'case')}{patients}", style="bold"),
        *(Text(f"{letter}: {visible(name)}") for name, letter in letters.items()),
    ]
    notes = [Text(f"* {visible(note)}") for note in notes_of(report, letters)]
    doubts = [Text(f"! {visible(warning)}", style="yellow") for warning in report.warnings]
    used = dict.fromkeys(one.method for one in report.comparisons if one.method)
    legend = [Text(f"{name}: {METHODS[name]}", style="dim") for name in used if name in METHODS]
    if report.adjust in ADJUSTED and len(report.comparisons) > 1:
        legend.append(Text(f"p adj: {ADJUSTED[report.adjust]}, within a metric", style="dim"))
    if has_margin(report):
        meaning = "p n.i.: of the first being worse than the second by the margin or more"
        legend.append(Text(meaning, style="dim"))
    parts = [part for part in (notes, doubts, legend) if part]
    spaced = [line for part in parts for line in (Text(), *part)]
    tables = [
        compare_table(report, metric, letters)
        for metric in dict.fromkeys(one.metric for one in report.comparisons)
    ]
    return Group(*lines, *(part for table in tables for part in (Text(), table)), *spaced)


def letters_of(report: CompareReport) -> dict[str, str]:
    """Give each model a letter: names are long, and the table is narrow."""
    return {file.name: name_column(at) for at, file in enumerate(report.files)}


def name_column(at: int) -> str:
    """Return A, B ... Z, AA, AB ..."""
    return (name_column(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def compare_table(report: CompareReport, metric: str, letters: dict[str, str]) -> "Table":
    """Return the comparisons in one metric, one a line; it fits 80 columns."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    of_metric = [one for one in report.comparisons if one.metric == metric]
    several = len(report.labels) > 1
    margin = any(one.margin is not None for one in of_metric)
    methods = " / ".join(dict.fromkeys(one.method for one in of_metric if one.method))
    title = words.title_of(metric) + (f" ({methods})" if methods else "")
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title=Text(title, style="bold"),
        title_justify="left",
    )
    level = next((one.level for one in of_metric if one.level is not None), None)
    table.add_column("", overflow="fold")
    for name in ("first", "second", "diff."):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("interval" if level is None else f"{100 * level:g} %", no_wrap=True)
    for name in ("p", "p adj", *(["p n.i."] if margin else []), "n"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in of_metric:
        label = f" {visible(one.label)}" if several else ""
        cells = [
            f"{letters[one.a]} - {letters[one.b]}{label}{' *' if one.note else ''}",
            words.number(one.value_a),
            words.number(one.value_b),
            words.number(one.difference),
            bounds_of(one),
            write_p(one.p),
            write_p(one.p_adjusted),
            *([write_p(one.p_noninferior)] if margin else []),
            str(one.n),
        ]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def bounds_of(one: Comparison) -> str:
    """Write an interval."""
    if one.low is None or one.high is None:
        return words.NONE
    return f"{words.number(one.low)} to {words.number(one.high)}"


def write_p(p: float | None) -> str:
    """Write a p-value; it is never 0."""
    if p is None:
        return words.NONE
    return "<.0001" if p < 0.0001 else f"{p:.4f}"


def notes_of(report: CompareReport, letters: dict[str, str]) -> list[str]:
    """Return what stands behind the asterisks, and what the margin says."""
    notes = []
    for one in report.comparisons:
        what = f"{letters[one.a]} - {letters[one.b]} {words.title_of(one.metric)}"
        what += f" ({one.label})" if len(report.labels) > 1 else ""
        if one.note:
            notes.append(f"{what}: {one.note}")
        if one.noninferior is not None:
            not_ = "" if one.noninferior else "not shown to be "
            notes.append(f"{what}: {letters[one.a]} is {not_}non-inferior, margin {one.margin:g}")
    return notes

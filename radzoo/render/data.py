"""What a data set holds, as text for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from radzoo.core.data_report import DataReport, LabelCounts
from radzoo.core.text import visible
from radzoo.render import data_facts as facts
from radzoo.render.words import plural

if TYPE_CHECKING:
    from rich.columns import Columns
    from rich.console import Group, RenderableType
    from rich.table import Table

MOST_PATHS = 3
MOST_VALUES = 5
WIDEST_VALUE = 30


def render_data(report: DataReport) -> "Group":
    """Return counts, labels by split, facts, refusals by reason and notes; 80 columns do."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(_headline(report), style="bold")]
    if report.splits:
        parts.append(_splits(report))
    findings = facts.gather_findings(report)
    if findings:
        parts.append(_labels(report, findings))
    parts += [_small(one.label, one.headings, one.rows) for one in facts.gather_tallies(report)]
    parts += [_facts(report), *_refused(report)]
    parts += [
        Text(
            f"warning: {plural(leak.n_patients, 'patient')} in both {leak.splits[0]} and "
            f"{leak.splits[1]}",
            style="yellow",
        )
        for leak in report.leaks
    ]
    parts += [Text(f"note: {visible(note)}") for note in report.notes]
    return Group(*parts)


def _headline(report: DataReport) -> str:
    splits = "" if report.splits else ", no split"
    return (
        f"{visible(report.data)} ({visible(report.data_format)}): "
        f"{plural(report.n_cases, 'case')}, {facts.say_patients(report)}, "
        f"{report.n_refused:,} refused{splits}"
    )


def _table(first: str, others: Sequence[str]) -> "Table":
    """Return a table with names on the left and numbers on the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(Text(first), overflow="fold", max_width=WIDEST_VALUE)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _splits(report: DataReport) -> "Table":
    table = _table("split", ("cases", "share", "patients"))
    for split, n in report.splits.items():
        patients = report.split_patients.get(split, 0)
        share = facts.share_of(n, sum(report.splits.values()))
        table.add_row(split, f"{n:,}", share, f"{patients:,}" if patients else "-")
    return _spaced(table)


def _labels(report: DataReport, findings: Mapping[str, LabelCounts]) -> "Table":
    """Return how often each finding is present: in all, and in each split."""
    from rich.text import Text

    blank = ("blank",) if any(one.n_unlabelled for one in findings.values()) else ()
    table = _table("label", ("present in", *blank, *report.splits))
    table.columns[0].min_width = 10
    for label, counts in findings.items():
        cells = [facts.prevalence_of(facts.total_of(counts))]
        cells += [f"{counts.n_unlabelled:,}"] * len(blank)
        cells += [facts.prevalence_of(counts.by_split[split]) for split in report.splits]
        table.add_row(Text(visible(label)), *cells)
    return _spaced(table)


def _facts(report: DataReport) -> "Columns":
    """Return a small table for each fact, side by side as far as there is room."""
    from rich.columns import Columns

    tables = []
    for fact in facts.gather_facts(report, MOST_VALUES):
        rows = [(value, f"{n:,}") for value, n in fact.counts.items()]
        rows += [(fact.rest, f"{fact.more[1]:,}")] if fact.rest else []
        tables.append(_small(fact.name, ("files",), rows))
    sizes = [(one.name, one.smallest, one.median, one.largest)
             for one in facts.gather_sizes(report)]  # fmt: skip
    if sizes:
        tables.append(_small("size", ("smallest", "median", "largest"), sizes))
    return Columns(tables, padding=(0, 3))


def _small(name: str, others: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
    from rich.text import Text

    table = _table(name, others)
    for first, *cells in rows:
        table.add_row(Text(first), *cells)
    return _spaced(table)


def _refused(report: DataReport) -> "Iterator[Table]":
    """Yield how many files were refused for which reason, with the first of each."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not report.refused:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("refused", justify="right")
    table.add_column("why", overflow="fold")
    table.add_column("such as", overflow="fold")
    for reason in facts.gather_reasons(report, MOST_PATHS):
        why = Text.assemble((reason.code, "bold"), f"\n{reason.meaning}")
        more = f"\nand {reason.n - MOST_PATHS:,} more" if reason.n > MOST_PATHS else ""
        table.add_row(f"{reason.n:,}", why, Text("\n".join(reason.paths) + more))
    yield _spaced(table)


def _spaced(table: "Table") -> "Table":
    """Put an empty line above a table, in the place of its title."""
    table.title, table.title_style = " ", ""
    return table

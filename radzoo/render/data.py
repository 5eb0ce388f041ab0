"""What a data set holds, as text for the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from radzoo.core.data_report import DataReport, LabelCounts, Span
from radzoo.core.text import visible
from radzoo.render.words import plural

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

MOST_REFUSED = 10
MOST_VALUES = 8


def render_data(report: DataReport) -> "Group":
    """Return facts, labels by split, what was refused and notes; it fits 80 columns."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Table | Text] = [Text(_headline(report), style="bold"), _facts(report)]
    if report.labels:
        parts.append(_labels(report))
    if report.refused:
        parts.append(_refused(report))
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
    return (
        f"{visible(report.data)} ({report.data_format}): {plural(report.n_cases, 'case')}, "
        f"{_patients(report)}, {report.n_refused:,} refused"
    )


def _patients(report: DataReport) -> str:
    if report.n_patients is None:
        return "unknown patients"
    known = plural(report.n_patients, "patient")
    if not report.n_without_patient:
        return known
    return f"{known} and {plural(report.n_without_patient, 'case')} without one"


def _facts(report: DataReport) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    facts = {
        "splits": _counts(report.splits) or "none given",
        "formats": _counts(report.formats),
        "transfer syntaxes": _counts(report.transfer_syntaxes),
        "photometric": _counts(report.photometric),
        "modalities": _counts(report.modalities),
        "makers": _counts(report.manufacturers),
        "rows": _span(report.rows),
        "columns": _span(report.columns),
        "slices": _span(report.slices),
        "spacings (mm)": _counts(report.spacings_mm),
        "units": _counts(report.units),
        **{name: _counts(counts) for name, counts in report.groups.items()},
    }
    for name, value in facts.items():
        if value:
            table.add_row(Text(name), Text(value))
    return table


def _labels(report: DataReport) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("label", overflow="fold", min_width=12)
    for name in ("positive", "negative", "blank", *report.splits):
        table.add_column(name, justify="right", no_wrap=True)
    for label, counts in report.labels.items():
        cells = [
            f"{counts.n_positive:,}", f"{counts.n_negative:,}", f"{counts.n_unlabelled:,}",
            *(_share(counts, split) for split in report.splits),
        ]  # fmt: skip
        table.add_row(Text(visible(label)), *cells)
    return table


def _refused(report: DataReport) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("refused", overflow="fold")
    table.add_column("why", overflow="fold")
    for one in report.refused[:MOST_REFUSED]:
        table.add_row(Text(visible(one.path)), Text(one.reason))
    more = len(report.refused) - MOST_REFUSED
    if more > 0:
        reasons = (f"{n:,} {reason}" for reason, n in report.refused_by_reason.items())
        table.add_row(Text(f"and {more:,} more"), Text(f"in all: {'; '.join(reasons)}"))
    return table


def _share(counts: LabelCounts, split: str) -> str:
    part = counts.by_split[split]
    return f"{part.n_positive:,}/{part.n:,}"


def _counts(counts: Mapping[str, int]) -> str:
    shown = [f"{visible(value)} {count:,}" for value, count in counts.items()]
    more = len(shown) - MOST_VALUES
    return ", ".join([*shown[:MOST_VALUES], *([f"and {more} more"] if more > 0 else [])])


def _span(span: Span | None) -> str:
    if span is None:
        return ""
    if span.smallest == span.largest:
        return f"{span.median:,}"
    return f"{span.smallest:,} to {span.largest:,}, median {span.median:,}"

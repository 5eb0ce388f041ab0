"""What a data set holds, put into words for the terminal and the page alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from radzoo.core.data_report import (
    DataReport,
    LabelCounts,
    Measured,
    MeasuredLabel,
    RefusedFile,
    SplitCounts,
    SplitTimes,
    TimeCounts,
)
from radzoo.core.text import visible
from radzoo.render.words import plural

SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Fact:
    """How often each value of something occurs, the commonest first.

    Attributes:
        more: number of values that are left out, and of the files that have them.
    """

    name: str
    counts: Mapping[str, int]
    more: tuple[int, int]

    @property
    def rest(self) -> str:
        """What is left out, in words; empty if nothing is."""
        return f"and {plural(self.more[0], 'other')}" if self.more[0] else ""


@dataclass(frozen=True, slots=True)
class Size:
    """The extent of the images along one axis."""

    name: str
    smallest: str
    median: str
    largest: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why files were refused, how many, and the first of them."""

    code: str
    meaning: str
    n: int
    paths: tuple[str, ...]


def say_patients(report: DataReport) -> str:
    """Say how many patients there are, as far as they are known."""
    if report.n_patients is None:
        return "unknown patients"
    known = plural(report.n_patients, "patient")
    if not report.n_without_patient:
        return known
    return f"{known} and {plural(report.n_without_patient, 'case')} without one"


def share_of(part: int, whole: int) -> str:
    """Write a share, such as `12.5 %`; a dash where there is nothing to divide by."""
    return f"{100 * part / whole:.1f}{SPACE}%" if whole else "-"


def prevalence_of(counts: SplitCounts) -> str:
    """Write how often a finding is present, such as `12.5 % of 1,000`."""
    of = f"of{SPACE}{counts.n:,}"
    return f"{share_of(counts.n_positive, counts.n)} {of}" if counts.n else f"none{SPACE}labelled"


def total_of(counts: LabelCounts) -> SplitCounts:
    """Count all labelled cases, whatever their split."""
    return SplitCounts(n=counts.n_positive + counts.n_negative, n_positive=counts.n_positive)


@dataclass(frozen=True, slots=True)
class Tally:
    """A label that is no finding: each value and its cases, or the range of what is measured."""

    label: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def gather_findings(report: DataReport) -> dict[str, LabelCounts]:
    """Return the labels that are present or absent."""
    return {
        label: counts
        for label, counts in report.labels.items()
        if not counts.values and counts.measured is None
    }


def gather_tallies(report: DataReport) -> list[Tally]:
    """Return the labels with classes or other values, and those that are measured."""
    found = []
    for label, counts in report.labels.items():
        if counts.measured is not None:
            found.append(_tally_measured(visible(label), counts, counts.measured))
        elif counts.values:
            found.append(_tally_values(visible(label), counts, report))
    if report.times is not None:
        found.append(_tally_times(report.times))
    return found


def _tally_times(times: TimeCounts) -> Tally:
    rows = [("all", *_watched(times))]
    rows += [(split, *_watched(part)) for split, part in times.by_split.items()]
    if times.n_unknown:
        rows.append(("unknown", f"{times.n_unknown:,}", "", "", "", ""))
    return Tally("time", ("known", "with the event", "shortest", "median", "longest"), tuple(rows))


def _watched(part: SplitTimes | None) -> tuple[str, ...]:
    if part is None:
        return ("0", "-", "-", "-", "-")
    ends = (part.shortest, part.median, part.longest)
    return (f"{part.n:,}", _part(part.n_events, part.n), *(f"{one:,.6g}" for one in ends))


def _tally_values(label: str, counts: LabelCounts, report: DataReport) -> Tally:
    n_all = counts.n_positive + counts.n_negative
    rows = [
        (
            f"{value} = {visible(one.name)}" if one.name else value,
            _part(one.n, n_all),
            *(_part(one.by_split[split], counts.by_split[split].n) for split in report.splits),
        )
        for value, one in counts.values.items()
    ]
    if counts.n_unlabelled:
        blanks = (n - counts.by_split[split].n for split, n in report.splits.items())
        rows.append(("blank", *(f"{n:,}" for n in (counts.n_unlabelled, *blanks))))
    return Tally(label, ("all", *report.splits), tuple(rows))


def _tally_measured(label: str, counts: LabelCounts, measured: MeasuredLabel) -> Tally:
    headings = ("labelled", "smallest", "median", "largest")
    rows = [("all", *_range(measured))]
    rows += [(split, *_range(part)) for split, part in measured.by_split.items()]
    if counts.n_unlabelled:
        rows.append(("blank", f"{counts.n_unlabelled:,}", "", "", ""))
    return Tally(label, headings, tuple(rows))


def _part(n: int, whole: int) -> str:
    return f"{n:,}{SPACE}({share_of(n, whole)})" if whole else f"none{SPACE}labelled"


def _range(measured: Measured | None) -> tuple[str, ...]:
    if measured is None:
        return ("0", "-", "-", "-")
    ends = (measured.smallest, measured.median, measured.largest)
    return (f"{measured.n:,}", *(f"{value:,.6g}" for value in ends))


def gather_facts(report: DataReport, most: int) -> list[Fact]:
    """Return every fact that any file states, with its commonest values."""
    named = {
        "format": report.formats,
        "transfer syntax": report.transfer_syntaxes,
        "photometric": report.photometric,
        "modality": report.modalities,
        "manufacturer": report.manufacturers,
        "spacing (mm)": report.spacings_mm,
        "unit": report.units,
        **report.groups,
    }
    return [_fact(name, counts, most) for name, counts in named.items() if counts]


def _fact(name: str, counts: Mapping[str, int], most: int) -> Fact:
    shown = dict(list(counts.items())[:most])
    left = len(counts) - len(shown), sum(counts.values()) - sum(shown.values())
    return Fact(visible(name), {visible(value): n for value, n in shown.items()}, left)


def gather_sizes(report: DataReport) -> list[Size]:
    """Return the extents of the images along each axis that they have."""
    spans = {"rows": report.rows, "columns": report.columns, "slices": report.slices}
    return [
        Size(name, f"{span.smallest:,}", f"{span.median:,}", f"{span.largest:,}")
        for name, span in spans.items()
        if span is not None
    ]


def _said(refused: RefusedFile) -> str:
    """Name a refused file, and what else is to be said of it."""
    return visible(f"{refused.path}: {refused.detail}" if refused.detail else refused.path)


def gather_reasons(report: DataReport, most: int) -> Iterator[Reason]:
    """Yield the reasons of refusals, the commonest first, with the first files of each."""
    for reason, n in report.refused_by_reason.items():
        code, _, meaning = reason.partition(": ")
        paths = [_said(one) for one in report.refused if one.reason == reason]
        yield Reason(visible(code), visible(meaning), n, tuple(paths[:most]))

"""What a data set holds, put into words for the terminal and the page alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from radzoo.core.data_report import DataReport, LabelCounts, SplitCounts
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


def gather_reasons(report: DataReport, most: int) -> Iterator[Reason]:
    """Yield the reasons of refusals, the commonest first, with the first files of each."""
    for reason, n in report.refused_by_reason.items():
        code, _, meaning = reason.partition(": ")
        paths = [visible(one.path) for one in report.refused if one.reason == reason]
        yield Reason(visible(code), visible(meaning), n, tuple(paths[:most]))

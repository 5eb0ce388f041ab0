"""What a data set holds: plain values that every renderer reads."""

from typing import Literal

from pydantic import Field

from radzoo.core.report import SCHEMA_VERSION, Report


class SplitCounts(Report):
    """Labelled cases of one split, and how many of them have the finding."""

    n: int
    n_positive: int


class ValueCounts(Report):
    """How many cases have one value of a label.

    Attributes:
        name: the word that the value stands for; empty if it was given as a number.
    """

    name: str = ""
    n: int
    by_split: dict[str, int]


class Measured(Report):
    """The range of a label that is measured, such as an age."""

    n: int
    smallest: float
    median: float
    largest: float


class MeasuredLabel(Measured):
    """The range in all cases, and in those of each split; null where none is labelled."""

    by_split: dict[str, Measured | None]


class LabelCounts(Report):
    """How often a finding is present, in all and by split.

    Attributes:
        n_positive: cases with a value above 0; says little where `values` or `measured` is
            given.
        values: of a label with other values than 0, 1 and blank, and up to 50 of them: each
            value, from the lowest, and its cases.
        measured: of a label with more values than that.
    """

    n_positive: int
    n_negative: int
    n_unlabelled: int
    by_split: dict[str, SplitCounts]
    values: dict[str, ValueCounts] = Field(default={})
    measured: MeasuredLabel | None = None


class SplitTimes(Report):
    """How long the cases of one split were watched, and how many had the event.

    Attributes:
        n: cases with a time and an event.
    """

    n: int
    n_events: int
    shortest: float
    median: float
    longest: float


class TimeCounts(SplitTimes):
    """The same of all cases, and of each split; null where nothing is known of any.

    Attributes:
        n_unknown: cases without a time or an event.
    """

    n_unknown: int
    by_split: dict[str, SplitTimes | None]


class Leak(Report):
    """Patients that stand in two splits."""

    splits: tuple[str, str]
    n_patients: int


class RefusedFile(Report):
    """A file that cannot be used, and why.

    Attributes:
        detail: such as where slices are missing; empty if there is no more to say.
    """

    path: str
    reason: str
    detail: str = ""


class Span(Report):
    """Smallest, middle and largest of many numbers."""

    smallest: int
    median: int
    largest: int


class DataReport(Report):
    """What `radzoo data describe` says.

    Attributes:
        n_cases: cases whose image can be read.
        n_patients: patients that are known; null if no case has a patient identifier.
        n_without_patient: cases without a patient identifier.
        refused_by_reason: number of refused files by reason, the commonest first.
        splits: number of cases by split; empty if the data set gives none.
        split_patients: number of patients that are known, by split.
        times: to an event, if the data set has them.
        slices: of volumes; null if there are none.
        spacings_mm: number of cases by the step along (slices,) rows and columns, such as
            `2.5 x 0.7 x 0.7`, the commonest first.
        units: number of volumes by the unit of their values, where it is known.
        groups: number of cases by value, for site, scanner, sex, view.
        recipe: version of the recipe by which pixels are read.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    data: str
    data_format: str
    recipe: int
    n_cases: int
    n_patients: int | None
    n_without_patient: int
    n_refused: int
    refused_by_reason: dict[str, int]
    splits: dict[str, int]
    split_patients: dict[str, int]
    labels: dict[str, LabelCounts]
    times: TimeCounts | None = None
    refused: list[RefusedFile]
    formats: dict[str, int]
    transfer_syntaxes: dict[str, int]
    photometric: dict[str, int]
    modalities: dict[str, int]
    manufacturers: dict[str, int]
    rows: Span | None
    columns: Span | None
    slices: Span | None
    spacings_mm: dict[str, int]
    units: dict[str, int]
    groups: dict[str, dict[str, int]]
    leaks: list[Leak]
    notes: list[str]

"""Options that say how a data set is laid out: shared by every command that reads one."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from radzoo.cli.option_group import spread

if TYPE_CHECKING:
    from radzoo.data.options import DataOptions

PANEL = "Data"

DataFormat = Annotated[
    str | None,
    Option(
        "--data-format",
        help="Layout of DATA, or a YAML file that describes it; default: found out.",
        rich_help_panel=PANEL,
    ),
]
Labels = Annotated[
    Path | None,
    Option("--labels", help="A CSV of labels for a folder of images.", rich_help_panel=PANEL),
]
Target = Annotated[
    str | None, Option("--target", help="Column that holds the target.", rich_help_panel=PANEL)
]
Positive = Annotated[
    str | None,
    Option("--positive", help="Value or class folder that means diseased.", rich_help_panel=PANEL),
]
Patient = Annotated[
    str | None,
    Option("--patient", help="Column that holds the patient.", rich_help_panel=PANEL),
]
PatientRegex = Annotated[
    str | None,
    Option(
        "--patient-regex",
        help="Finds the patient in a path: its first group.",
        rich_help_panel=PANEL,
    ),
]


class Uncertain(StrEnum):
    """What an uncertain label counts as."""

    BLANK = "blank"
    POSITIVE = "positive"
    NEGATIVE = "negative"


class Blank(StrEnum):
    """What a label counts as of which the data set says nothing."""

    UNLABELLED = "unlabelled"
    NEGATIVE = "negative"


UncertainLabels = Annotated[
    Uncertain | None,
    Option("--uncertain", help="What an uncertain label counts as.", rich_help_panel=PANEL),
]
BlankLabels = Annotated[
    Blank | None,
    Option("--blank", help="What a blank label counts as.", rich_help_panel=PANEL),
]
Readers = Annotated[
    str | None,
    Option(
        "--readers",
        help="majority, any or all of several readers, or the name of one.",
        rich_help_panel=PANEL,
    ),
]
View = Annotated[
    str | None,
    Option(
        "--view", help="Keep these views: frontal, lateral, or PA,AP ...", rich_help_panel=PANEL
    ),
]
Classes = Annotated[
    str | None,
    Option(
        "--classes",
        help="Values of an ordinal target, from the lowest to the highest: low,mid,high.",
        rich_help_panel=PANEL,
    ),
]
Time = Annotated[
    str | None,
    Option("--time", help="Column that holds the time to the event.", rich_help_panel=PANEL),
]
Event = Annotated[
    str | None,
    Option(
        "--event",
        help="Column that says whether the event came (1) or not (0).",
        rich_help_panel=PANEL,
    ),
]
Covariates = Annotated[
    str | None,
    Option(
        "--covariates",
        help="Columns that a network is told beside the image: age,sex.",
        rich_help_panel=PANEL,
    ),
]
Structures = Annotated[
    str | None,
    Option(
        "--structures",
        help="Numbers in masks and what they are: 1=liver,2=spleen.",
        rich_help_panel=PANEL,
    ),
]


class RegionKind(StrEnum):
    """What says which part of an image a case is about."""

    BBOX = "bbox"
    MASK = "mask"
    POINT = "point"
    NONE = "none"


RegionColumn = Annotated[
    RegionKind | None,
    Option(
        "--region",
        help="Crop each case to this column; a bbox column is taken by itself.",
        rich_help_panel=PANEL,
    ),
]
LISTED = ("classes", "covariates")
DEFAULT_REFUSED = 0.05


class SplitName(StrEnum):
    """A part of the data."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


MaxRefused = Annotated[
    float | None,
    Option(
        "--max-refused",
        min=0,
        max=1,
        help="Share of cases that may be unreadable. (default: 0.05)",
        rich_help_panel=PANEL,
    ),
]
Strict = Annotated[
    bool, Option("--strict", help="Allow no unreadable case.", rich_help_panel=PANEL)
]
Workers = Annotated[
    int | None,
    Option(
        "--num-workers",
        min=1,
        help="Processes that decode images. (default: 2)",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True)
class DataFlags:
    """How DATA is laid out, as far as the user says."""

    data_format: DataFormat = None
    labels: Labels = None
    target: Target = None
    positive: Positive = None
    patient: Patient = None
    patient_regex: PatientRegex = None
    uncertain: UncertainLabels = None
    blank: BlankLabels = None
    readers: Readers = None
    view: View = None
    classes: Classes = None
    time: Time = None
    event: Event = None
    covariates: Covariates = None
    structures: Structures = None
    region: RegionColumn = None

    def over(self, start: "DataOptions") -> "DataOptions":
        """Return `start` with every option that the user gave."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        plain: dict[str, Any] = {
            name: value.value if isinstance(value, StrEnum) else value
            for name, value in given.items()
            if value
        }
        for name in plain.keys() & set(LISTED):
            plain[name] = listed(plain[name])
        return replace(start, **plain)

    @property
    def named_structures(self) -> tuple[tuple[int, str], ...]:
        """Numbers in masks with their names."""
        if self.structures is None:
            return ()
        from radzoo.core.mask_pairs import parse_structures

        return parse_structures(self.structures)


def listed(text: str | None) -> tuple[str, ...]:
    """Read names that are separated by commas."""
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


with_data_flags = spread("layout", DataFlags)
"""Gives a command the options of a data set; it receives them as one `DataFlags`."""


def allowed_refusals(max_refused: float | None, *, strict: bool) -> float:
    """Return the share of cases that may be refused."""
    if strict:
        return 0.0
    return DEFAULT_REFUSED if max_refused is None else max_refused

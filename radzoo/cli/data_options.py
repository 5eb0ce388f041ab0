"""Options that say how a data set is laid out: shared by every command that reads one."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

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
        help="Share of cases that may be unreadable.  [default: 0.05]",
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
        help="Processes that decode images.  [default: 2]",
        rich_help_panel=PANEL,
    ),
]


def data_options(
    start: "DataOptions",
    *,
    data_format: str | None,
    labels: Path | None,
    target: str | None,
    positive: str | None,
    patient: str | None,
    patient_regex: str | None,
    uncertain: Uncertain | None,
    blank: Blank | None,
    readers: str | None,
    view: str | None,
) -> "DataOptions":
    """Return `start` with every option that the user gave."""
    from dataclasses import replace

    return replace(
        start,
        data_format=data_format or start.data_format,
        labels=labels or start.labels,
        target=target or start.target,
        positive=positive or start.positive,
        patient=patient or start.patient,
        patient_regex=patient_regex or start.patient_regex,
        uncertain=uncertain.value if uncertain else start.uncertain,
        blank=blank.value if blank else start.blank,
        readers=readers or start.readers,
        view=view or start.view,
    )


def allowed_refusals(max_refused: float | None, *, strict: bool) -> float:
    """Return the share of cases that may be refused."""
    if strict:
        return 0.0
    return DEFAULT_REFUSED if max_refused is None else max_refused

"""What a training would do with a data set, and why: plain values that every renderer reads."""

from typing import Literal

from pydantic import Field

from radzoo.core.data_report import Measured, Span, SplitCounts
from radzoo.core.report import SCHEMA_VERSION, Report
from radzoo.core.segmentation import SegmentationPlan


class SplitFacts(Report):
    """How much one split holds.

    Attributes:
        n_patients: null if no case of it has a patient identifier.
    """

    n_cases: int
    n_patients: int | None


class DataFacts(Report):
    """What the proposals follow from.

    Attributes:
        labels: for each finding, labelled cases of each split and those with the finding; where
            a case has one of several classes, the same for each class.
        numbers: for each label that is a number, its range in each split; null where no case
            has it.
        n_looked_at: training images that were opened for what follows; 0 if none had to be.
        longer_edges: rows or columns of an image, whichever are more.
        slices: of a volume; null for images.
        modalities: DICOM's names for them, the commonest first.
        prepared_size: rows and columns of images that were decoded beforehand.
    """

    splits: dict[str, SplitFacts]
    labels: dict[str, dict[str, SplitCounts]]
    numbers: dict[str, dict[str, Measured | None]] = Field(default={})
    n_looked_at: int = 0
    longer_edges: Span | None = None
    slices: Span | None = None
    modalities: dict[str, int] = Field(default={})
    prepared_size: int | None = None

    @property
    def n_train(self) -> int:
        """Number of training cases."""
        return self.splits["train"].n_cases if "train" in self.splits else 0


class Proposal(Report):
    """One setting, its value and one sentence that says why.

    Attributes:
        setting: its name in the recipe, or `image_size`.
        by: `user` if it was asked for.
    """

    setting: str
    value: bool | int | float | str
    by: Literal["radzoo", "user"]
    reason: str


class Plan(Report):
    """What `radzoo plan` says.

    Attributes:
        advice: what the user may want to do otherwise.
        warnings: what will make the result less sure.
        segmentation: grid, patches and network of a segmentation; null for other tasks.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    model: str
    task: str
    facts: DataFacts
    proposals: list[Proposal]
    advice: list[str]
    warnings: list[str]
    segmentation: SegmentationPlan | None = None

    def value(self, setting: str) -> bool | int | float | str:
        """Return the value of a setting that is in the plan."""
        return next(one.value for one in self.proposals if one.setting == setting)

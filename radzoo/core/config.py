"""What a training run was asked to do, and what it decided to do: read and written as JSON."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from radzoo.core.decoding import Decoding
from radzoo.core.entry import PlaneInput, VolumeInput, ZooEntry
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.core.segmentation import SegmentationPlan
from radzoo.core.volume_axes import VolumeWish

Option: TypeAlias = str | bool | int | float | list[str] | None
"""What an option of a data set can be in JSON."""


class Launch(BaseModel):
    """On how many devices a run computes.

    Attributes:
        devices: of each node; None = one.
        parallel: `ddp` copies the network to every device, `fsdp` spreads it over them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    devices: Annotated[int, Field(ge=1, le=1024)] = 1
    nodes: Annotated[int, Field(ge=1, le=10_000)] = 1
    parallel: Literal["ddp", "fsdp"] = "ddp"


class Portion(BaseModel):
    """Which run this is out of several on the same data.

    Attributes:
        train_share: of the training patients that are learnt from.
        fold: which one, from 0, of `folds`; see `data.split.portion`.
        split_seed: that the runs share, so that all are judged on the same patients; None =
            the seed of the recipe.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    train_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    fold: Annotated[int, Field(ge=0)] = 0
    folds: Annotated[int, Field(ge=2, le=100)] | None = None
    split_seed: Annotated[int, Field(ge=0)] | None = None


class RunConfig(BaseModel):
    """`RUN/config.json`: enough to repeat a run, and to predict with its weights alone.

    Attributes:
        entry: the zoo entry as it was, so that the run outlives changes of the registry.
        data: where the cases were, as an absolute path.
        data_options: how they were read; the fields of `data.load.DataOptions`.
        image_size: rows and columns fed to a network of images; null for volumes.
        volume: what a network of volumes is fed; null for images.
        volume_wish: what the user wanted of volumes.
        segmentation: grid, patches and network of a segmentation; null for other tasks.
        fit: how images get that shape; null = as the entry says.
        decoding: window and exactness; predictions with the weights are made alike.
        reading: how outputs are read; final when the training is over.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    model: str
    entry: ZooEntry
    task: str
    labels: list[str]
    data: str
    data_options: dict[str, Option]
    allow_leakage: bool
    max_refused: float
    image_size: Annotated[int, Field(ge=16, le=4096)] | None = None
    volume: VolumeInput | None = None
    volume_wish: VolumeWish = VolumeWish()
    segmentation: SegmentationPlan | None = None
    fit: Literal["pad", "crop", "squash"] | None = None
    decoding: Decoding = Decoding()
    recipe: Recipe
    reading: Reading = Reading()
    launch: Launch = Launch()
    portion: Portion = Portion()

    @property
    def side(self) -> int:
        """Rows and columns that a network of images is fed."""
        if self.image_size is None:
            raise ValueError("a network of volumes has no one size of images")
        return self.image_size

    @property
    def plane(self) -> PlaneInput:
        """What the network is fed."""
        published = self.entry.input.as_plane(self.model)
        return published if self.fit is None else published.model_copy(update={"fit": self.fit})

"""What a training run was asked to do, and what it decided to do: read and written as JSON."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from radzoo.core.entry import PlaneInput, ZooEntry

Scalar: TypeAlias = bool | int | float | str
Rate = Annotated[float, Field(gt=0, le=10)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class Recipe(BaseModel):
    """How a network is taught: every number that changes the resulting weights.

    Attributes:
        strategy: `full` teaches every weight; `LP` (linear probe) only a new last layer.
        lr: peak learning rate of the new last layer.
        lr_encoder: peak learning rate of everything before it; unused by `LP`.
        warmup: share of all steps during which the rates rise from nothing.
        early_stopping: epochs without a better validation score before stopping; 0 = never.
        gradient_clip: largest norm of the gradient of one step.
        class_weights: `auto` lets both classes count alike while learning; the scores still
            are probabilities at the training set's own prevalence.
        amp: half precision where it is safe; evaluation is always in full precision.
        threads: CPU threads; another number gives (slightly) other weights.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    strategy: Literal["full", "LP"]
    from_scratch: bool
    epochs: Annotated[int, Field(ge=1, le=100_000)]
    batch_size: Annotated[int, Field(ge=2, le=65_536)]
    lr: Rate
    lr_encoder: Rate
    weight_decay: Annotated[float, Field(ge=0, le=10)]
    scheduler: Literal["cosine", "none"]
    warmup: Fraction
    early_stopping: Annotated[int, Field(ge=0)]
    gradient_clip: Annotated[float, Field(gt=0)]
    class_weights: Literal["auto", "none"]
    augmentation: Literal["radiograph", "none"]
    dropout: Fraction
    amp: bool
    seed: Annotated[int, Field(ge=0)]
    threads: Annotated[int, Field(ge=1)]


class RunConfig(BaseModel):
    """`RUN/config.json`: enough to repeat a run, and to predict with its weights alone.

    Attributes:
        entry: the zoo entry as it was, so that the run outlives changes of the registry.
        data: where the cases were, as an absolute path.
        data_options: how they were read; the fields of `data.load.DataOptions`.
        image_size: rows and columns fed to the network.
        fit: how images get that shape; null = as the entry says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    model: str
    entry: ZooEntry
    task: str
    labels: list[str]
    data: str
    data_options: dict[str, str | bool | int | None]
    allow_leakage: bool
    max_refused: float
    image_size: Annotated[int, Field(ge=16, le=4096)]
    fit: Literal["pad", "crop", "squash"] | None = None
    recipe: Recipe

    @property
    def plane(self) -> PlaneInput:
        """What the network is fed."""
        published = self.entry.input.as_plane(self.model)
        return published if self.fit is None else published.model_copy(update={"fit": self.fit})

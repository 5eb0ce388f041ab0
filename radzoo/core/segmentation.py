"""How structures are segmented: what they are called, the grid, the patches and the network."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from radzoo.core.text import visible

ALL: Final = 0
"""The number of a structure that is everything which is not 0."""
HIGHEST: Final = 65535
UNDECLARED: Final = 255
"""Stands in a lookup where a number of the masks was not declared."""

Number = Annotated[int, Field(ge=0, le=HIGHEST)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=65536)]
Sizes = Annotated[tuple[Count, ...], Field(min_length=2, max_length=3)]


class Structure(BaseModel):
    """What a number in the masks means.

    Attributes:
        number: as the mask files have it; `ALL` = everything that is not 0.
        name: several numbers may share one: they are one structure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Number
    name: Annotated[str, Field(min_length=1, max_length=64)]


class SegmentationPlan(BaseModel):
    """All that a network of segmentation, its patches and its input follow from.

    Axes are slices, rows, columns in the canonical orientation; rows, columns of pictures.
    Numbers of classes are 0 (background) and 1, 2 ... in the order of `names`, whatever numbers
    the mask files have.

    Attributes:
        structures: in the order in which they were declared.
        spacing_mm: of the voxels that the network is fed; None = pictures, or each volume's own.
        size: of the arrays in which cases are kept for training; no case is larger.
        patch: what the network is fed at a time.
        batch_size: patches of one step.
        strides: of every stage, for each axis; the first is all ones.
        kernels: of every stage, for each axis.
        features: channels of every stage.
        normalisation: what is done to the values of a case, in the unit of the file: `ct` clips
            them to `low` and `high`, subtracts `mean` and divides by `std`; `z-score` does the
            latter with the case's own; `none` leaves pictures to the contract of their entry.
        intensity: how prepared volumes hold these values, as `data.volume.target` knows it.
        deep_supervision: outputs of the network that learn, the finest among them; 1 = only that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimensions: Literal[2, 3]
    structures: Annotated[list[Structure], Field(min_length=1)]
    spacing_mm: tuple[Positive, Positive, Positive] | None = None
    size: Sizes
    patch: Sizes
    batch_size: Annotated[int, Field(ge=1, le=65536)]
    strides: list[list[int]] = []
    kernels: list[list[int]] = []
    features: list[int] = []
    normalisation: Literal["ct", "z-score", "none"]
    mean: FiniteFloat = 0.0
    std: Positive = 1.0
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    intensity: Literal["auto", "hu", "percentiles", "range"] = "auto"
    deep_supervision: Annotated[int, Field(ge=1, le=8)] = 1

    @model_validator(mode="after")
    def _axes_agree(self) -> "SegmentationPlan":
        if {len(self.size), len(self.patch)} != {self.dimensions}:
            raise ValueError(f"size and patch need {self.dimensions} axes")
        if not len(self.strides) == len(self.kernels) == len(self.features):
            raise ValueError("strides, kernels and features need one entry for every stage")
        if len(self.names) >= UNDECLARED:
            raise ValueError(f"no more than {UNDECLARED - 1} structures")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes 1, 2 ...; two numbers of one name are one class."""
        return structure_names(self.structures)

    @property
    def n_classes(self) -> int:
        """Classes, background among them."""
        return 1 + len(self.names)

    @property
    def lookup(self) -> NDArray[np.uint8]:
        """Class of every number that a mask may have, `(65536,)`; see `lookup_of`."""
        return lookup_of(self.structures)

    def normalise(
        self, values: NDArray[np.float32], mean: float = 0.0, std: float = 1.0
    ) -> NDArray[np.float32]:
        """Return values of one case as the network is fed them.

        Args:
            values: of any shape, in the unit of the file.
            mean: of the case; only `z-score` asks for it.
            std: likewise.
        """
        if self.normalisation == "none":
            return values
        if self.normalisation == "ct":
            low = -np.inf if self.low is None else self.low
            high = np.inf if self.high is None else self.high
            values, mean, std = np.clip(values, low, high), self.mean, self.std
        return (values - np.float32(mean)) / np.float32(max(std, 1e-8))


def structure_names(structures: Sequence[Structure]) -> tuple[str, ...]:
    """Return each name once, in order."""
    return tuple(dict.fromkeys(one.name for one in structures))


def lookup_of(structures: Sequence[Structure]) -> NDArray[np.uint8]:
    """Return the class of every number, `(65536,)`; `UNDECLARED` where there is none."""
    names = structure_names(structures)
    chosen = {one.number: 1 + names.index(one.name) for one in structures}
    lookup = np.full(HIGHEST + 1, chosen.get(ALL, UNDECLARED), np.uint8)
    lookup[list(chosen)] = list(chosen.values())
    lookup[0] = 0
    return lookup


def numbers_of(structures: Sequence[Structure]) -> dict[str, list[int]]:
    """Return the numbers in masks of every structure."""
    found: dict[str, list[int]] = {}
    for one in structures:
        found.setdefault(one.name, []).append(one.number)
    return found


def say_structures(structures: Sequence[Structure]) -> str:
    """Return them as they are declared: `1=liver,2=spleen`; one that is all by its name."""
    if len(structures) == 1 and structures[0].number == ALL:
        return visible(structures[0].name)
    return ",".join(f"{one.number}={visible(one.name)}" for one in structures)


def write_triple(values: Sequence[Any]) -> str:
    """Write sizes or steps as people do: `40 x 56 x 40`."""
    return " x ".join(f"{value:.4g}" if isinstance(value, float) else str(value)
                      for value in values)  # fmt: skip

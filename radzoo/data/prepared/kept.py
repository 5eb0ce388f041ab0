"""What is kept of one case: bytes for each array, and for a volume where its voxels lie."""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from radzoo.core.volume import Affine, spacing_of

Row = Annotated[tuple[FiniteFloat, ...], Field(min_length=4, max_length=4)]
Ends = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
Rows = Annotated[tuple[Row, ...], Field(min_length=4, max_length=4)]


class VolumeFacts(BaseModel):
    """What the voxels of a prepared volume mean.

    Attributes:
        affine: `(slice, row, column, 1)` of a voxel without margins to mm, as of
            `core.volume.Volume`; None where the file says nothing of the patient.
        unit: of `limits`; `HU`, or empty where it is not known.
        limits: the values of which the grey values 0 and the highest were made; what lay
            beyond was cut.
        masked: has it a mask? If not, its labels are 0 throughout and mean nothing.
        extent: of each axis the first voxel, without margins, that lies in the volume, and the
            end; what is beyond is empty. None = not noted.
        mean, std: of the voxels that lie in it, margins among them, before any cut; None = not
            noted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    affine: Rows | None
    unit: Literal["HU", ""]
    limits: tuple[FiniteFloat, FiniteFloat]
    masked: bool
    extent: tuple[Ends, Ends, Ends] | None = None
    mean: FiniteFloat | None = None
    std: FiniteFloat | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "VolumeFacts":
        if self.limits[0] >= self.limits[1]:
            raise ValueError("limits need the lower value first")
        return self

    @property
    def placed(self) -> Affine | None:
        """The affine as an array."""
        return None if self.affine is None else np.array(self.affine, dtype=np.float64)

    @property
    def spacing_mm(self) -> tuple[float, float, float] | None:
        """Step from voxel to voxel along slices, rows and columns; None if not known."""
        return None if self.placed is None else spacing_of(self.placed)


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of a store.

    Attributes:
        parts: the bytes for each array of the store.
        facts: of a volume.
    """

    parts: tuple[bytes, ...]
    facts: VolumeFacts | None = None

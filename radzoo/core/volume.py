"""Volumes and masks on a grid whose place in the patient is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from radzoo.core.orientation import Turn

Affine = NDArray[np.float64]
Unit = Literal["HU", ""]
NO_NAMES: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Volume:
    """A stack of images whose meaning and place are settled.

    Attributes:
        values: float32 `(slices, rows, columns)` in `unit`, not windowed. In the canonical
            orientation (`core.orientation`) slices go from the feet to the head, rows from
            front to back, columns from the patient's right to the left.
        unit: `HU` for CT whose header gives the rescaling; empty where it is not known.
        affine: 4 x 4, `(slice, row, column, 1)` of a voxel's centre to `(x, y, z, 1)` in mm,
            DICOM's LPS: x grows to the left, y to the back, z to the head. None where the
            file says nothing of the patient.
        remarks: codes of `data.volume.remarks.REMARKS` and how many slices each concerns.
        turn: how the stored voxels were turned; None = not at all, or forgotten on the way.
    """

    values: NDArray[np.float32]
    unit: Unit = ""
    affine: Affine | None = None
    remarks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    turn: "Turn | None" = None

    @property
    def spacing_mm(self) -> tuple[float, float, float] | None:
        """Step from voxel to voxel along slices, rows and columns; None if not known."""
        return None if self.affine is None else spacing_of(self.affine)


@dataclass(frozen=True, slots=True)
class Mask:
    """Which voxel of an image belongs to what.

    Attributes:
        labels: uint16, of the image's own shape: `(slices, rows, columns)` in the canonical
            orientation for a volume, `(rows, columns)` for one image; 0 = background.
        names: label to its name, as far as the file gives names.
        affine: as of `Volume`; None for one image.
        remarks: as of `Volume`.
    """

    labels: NDArray[np.uint16]
    names: Mapping[int, str] = field(default_factory=lambda: NO_NAMES)
    affine: Affine | None = None
    remarks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def spacing_mm(self) -> tuple[float, float, float] | None:
        """Step from voxel to voxel along slices, rows and columns; None if not known."""
        return None if self.affine is None else spacing_of(self.affine)


def spacing_of(affine: NDArray[Any]) -> tuple[float, float, float]:
    """Return the length in mm of one step along each of the three axes of the array."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    return float(lengths[0]), float(lengths[1]), float(lengths[2])

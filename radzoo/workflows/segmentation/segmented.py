"""What a network says of the cases of a split: scores of each, or a mask of each.

Masks are kept small until they are written.
"""

import zlib
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case, Refused
from radzoo.core.predictions import Predictions
from radzoo.core.volume import Affine

Classes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PackedMask:
    """A mask on the grid of its image, a hundredth of its size in memory.

    Attributes:
        data: the classes of all voxels, deflated.
        shape: `(slices, rows, columns)` in the canonical orientation; `(rows, columns)` of one
            image.
        affine: as of `core.volume.Volume`; None where the image has no place.
    """

    data: bytes
    shape: tuple[int, ...]
    affine: Affine | None = None

    @classmethod
    def pack(cls, classes: Classes, affine: Affine | None = None) -> Self:
        """Keep classes: 0 for the background, 1, 2 ... for the structures."""
        return cls(zlib.compress(classes.tobytes(), 1), classes.shape, affine)

    def open(self) -> Classes:
        """Return the classes; read-only."""
        return np.frombuffer(zlib.decompress(self.data), np.uint8).reshape(self.shape)


@dataclass(frozen=True, slots=True)
class SegmentedCase:
    """A case and the mask that was found."""

    case: Case
    mask: PackedMask


@dataclass(frozen=True, slots=True)
class Segmented:
    """The masks of one split, and what was refused of it."""

    cases: tuple[SegmentedCase, ...]
    refused: tuple[Refused, ...] = ()


Said: TypeAlias = Predictions | Segmented
"""What a network says of the cases of a split, by its task."""

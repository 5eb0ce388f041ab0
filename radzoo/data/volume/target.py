"""The form in which a volume is wanted: its grid and its grey values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, get_args

import numpy as np

from radzoo.core.volume_axes import Intensity as Intensity
from radzoo.core.volume_axes import Shape as Shape
from radzoo.core.volume_axes import Triple as Triple
from radzoo.core.window import Window
from radzoo.data.refusal import ImageRefused
from radzoo.data.region import Sight, Span, find_steps
from radzoo.data.volume.axis import Axis

INTENSITIES: Final[tuple[Intensity, ...]] = get_args(Intensity)
DIGITS: Final = 6
"""Steps are rounded to a millionth of a voxel: headers are no more exact, nor all machines."""


@dataclass(frozen=True, slots=True)
class VolumeTarget:
    """The volume that is wanted.

    Attributes:
        size: slices, rows and columns, without margins.
        spacing_mm: of its voxels, along slices, rows and columns; None = as `fit` needs it.
        fit: without a spacing, `pad` shows all of it and `crop` fills the size, both in voxels
            that are cubes in the patient; `squash` brings each axis to its size. With a spacing,
            every axis is padded or cut.
        intensity: which values become 0 and the highest grey value: `hu` -1024 and 3071,
            `percentiles` 0.5 and 99.5 % of the voxels, `range` lowest and highest; `auto` is
            `hu` for a file that says Hounsfield units, else `percentiles`.
        window: of Hounsfield units, instead.
        dtype: `uint16` or `uint8`, little-endian.
        margin: voxels on every side beyond `size`.
    """

    size: Shape
    spacing_mm: Triple | None = None
    fit: str = "pad"
    intensity: str = "auto"
    window: Window | None = None
    dtype: str = "uint16"
    margin: int = 0

    @classmethod
    def of_plain(cls, values: Mapping[str, Any]) -> Self:
        """Return the target whose fields have been plain JSON."""
        window = Window(**values["window"]) if values["window"] else None
        return cls(**{**values, "window": window})

    @property
    def shape(self) -> Shape:
        """Slices, rows and columns with margins."""
        slices, rows, columns = (length + 2 * self.margin for length in self.size)
        return slices, rows, columns

    @property
    def stored(self) -> "np.dtype[Any]":
        """Type of a grey value."""
        return np.dtype(self.dtype).newbyteorder("<")

    def plan_region(
        self,
        shape: Sequence[int],
        spacing_mm: Triple | None,
        region: Sequence[Span],
        sight: Sight,
    ) -> list[Axis]:
        """Return where the wanted voxels lie around a region of a volume.

        Args:
            shape: of the volume.
            spacing_mm: of its voxels; None if not known.
            region: the part of each axis that it takes.
            sight: how much around it is seen.

        Raises:
            ImageRefused: `no-geometry` or `no-spacing` if millimetres are wanted and the spacing
                is not known.
        """
        if self.spacing_mm is not None:
            steps = self._steps(shape, spacing_mm)
        else:
            squash = self.fit == "squash"
            found = find_steps(region, self.size, spacing_mm, sight, squash=squash)
            steps = [max(10**-DIGITS, round(step, DIGITS)) for step in found]
        return [
            Axis.around(stored, step, length, span.middle - 0.5, self.margin)
            for stored, step, length, span in zip(shape, steps, self.size, region, strict=True)
        ]

    def plan(self, shape: Sequence[int], spacing_mm: Triple | None) -> list[Axis]:
        """Return where the wanted voxels lie in a volume.

        Args:
            shape: of the volume.
            spacing_mm: of its voxels; None if not known.

        Raises:
            ImageRefused: `no-geometry` if a spacing is wanted and not known.
        """
        return [
            Axis.centred(stored, step, length, self.margin)
            for stored, step, length in zip(
                shape, self._steps(shape, spacing_mm), self.size, strict=True
            )
        ]

    def _steps(self, shape: Sequence[int], spacing_mm: Triple | None) -> list[float]:
        """Return the steps of the new voxels, in stored ones."""
        if self.spacing_mm is not None and spacing_mm is None:
            raise ImageRefused("no-geometry")
        if self.fit == "squash" and self.spacing_mm is None:
            return [stored / length for stored, length in zip(shape, self.size, strict=True)]
        own = spacing_mm or (1.0, 1.0, 1.0)
        wanted = self.spacing_mm
        if wanted is None:
            choose = max if self.fit == "pad" else min
            cube = choose(
                stored * step / length
                for stored, step, length in zip(shape, own, self.size, strict=True)
            )
            wanted = (cube, cube, cube)
        return [max(10**-DIGITS, round(new / old, DIGITS))
                for new, old in zip(wanted, own, strict=True)]  # fmt: skip

"""From an image of any shape to a square of the working size."""

from dataclasses import dataclass
from typing import Final, Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

Fit = Literal["pad", "crop", "squash"]
Interpolation = Literal["bilinear", "bicubic"]
FITS: Final[tuple[Fit, ...]] = get_args(Fit)
INTERPOLATIONS: Final[tuple[Interpolation, ...]] = get_args(Interpolation)
FILTERS: Final = {
    "bilinear": Pillow.Resampling.BILINEAR,
    "bicubic": Pillow.Resampling.BICUBIC,
}
STEPS: Final = 65535
Box = tuple[float, float, float, float]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Target:
    """The square that is wanted.

    Attributes:
        size: its rows and columns.
        fit: `pad` keeps all and adds black, `crop` keeps the middle, `squash` changes the
            proportions.
        interpolation: `bilinear` or `bicubic`, both with antialiasing.
        edge: for `crop`, the pixels to which the shorter edge is brought before the middle
            is taken; None = `size`.
        exact: decode every pixel, where a reduced image would nearly do.
    """

    size: int
    fit: str = "pad"
    interpolation: str = "bilinear"
    edge: int | None = None
    exact: bool = False

    def scaled(self, rows: int, columns: int) -> tuple[int, int]:
        """Rows and columns to which an image of this shape is brought before the fit."""
        if self.fit == "squash":
            return self.size, self.size
        if self.fit == "pad":
            scale = self.size / max(rows, columns)
        else:
            scale = max(self.edge or self.size, self.size) / min(rows, columns)
        return max(1, round(rows * scale)), max(1, round(columns * scale))

    def place(self, scaled: NDArray[Number]) -> NDArray[Number]:
        """Cut or pad an image that has its scaled shape."""
        size, (high, wide) = self.size, scaled.shape
        if self.fit == "squash":
            return scaled
        if self.fit == "crop":
            top, left = (high - size) // 2, (wide - size) // 2
            return scaled[top : top + size, left : left + size]
        square = np.zeros((size, size), dtype=scaled.dtype)
        top, left = (size - high) // 2, (size - wide) // 2
        square[top : top + high, left : left + wide] = scaled
        return square


def resize(
    pixels: NDArray[np.float32],
    size: int,
    *,
    fit: str,
    interpolation: str,
    edge: int | None = None,
) -> NDArray[np.float32]:
    """Resize to `(size, size)` with antialiasing; the result stays within 0..1.

    Args:
        pixels: `(rows, columns)` in [0, 1].
        size: rows and columns of the result.
        fit: as in `Target`, like the rest.
        interpolation: `bilinear` or `bicubic`.
        edge: shorter edge before a crop.
    """
    target = Target(size, fit, interpolation, edge)
    return target.place(scale(pixels, *target.scaled(*pixels.shape), interpolation))


def quantise(pixels: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Round 0..1 to 0..65535."""
    return np.asarray(np.rint(pixels * np.float32(STEPS)), dtype=np.uint16)


def scale(
    pixels: NDArray[np.float32],
    rows: int,
    columns: int,
    interpolation: str,
    box: Box | None = None,
) -> NDArray[np.float32]:
    """Resample to `(rows, columns)`, within 0..1.

    Args:
        pixels: what to resample, in [0, 1].
        rows: of the result.
        columns: of the result.
        interpolation: `bilinear` or `bicubic`, with antialiasing.
        box: left, top, right and bottom of what is resampled, in pixels and parts of
            pixels; None = all.
    """
    whole = (0, 0, pixels.shape[1], pixels.shape[0])
    if pixels.shape == (rows, columns) and box in (None, whole):
        return pixels
    picture = Pillow.fromarray(np.ascontiguousarray(pixels))
    scaled = np.asarray(picture.resize((columns, rows), FILTERS[interpolation], box or whole))
    return np.asarray(np.clip(scaled, 0, 1))  # bicubic overshoots at edges

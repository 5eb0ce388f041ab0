"""From an image of any shape to a square of the working size."""

from typing import Final, Literal, get_args

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
        fit: `pad` keeps all and adds black, `crop` keeps the middle, `squash` changes the
            proportions.
        interpolation: `bilinear` or `bicubic`.
        edge: for `crop`, the pixels to which the shorter edge is brought before the middle
            is taken; None = `size`.
    """
    rows, columns = pixels.shape
    if fit == "squash":
        return _scale(pixels, size, size, interpolation)
    if fit == "pad":
        scale = size / max(rows, columns)
    else:
        scale = max(edge or size, size) / min(rows, columns)
    high, wide = max(1, round(rows * scale)), max(1, round(columns * scale))
    scaled = _scale(pixels, high, wide, interpolation)
    if fit == "crop":
        top, left = (high - size) // 2, (wide - size) // 2
        return scaled[top : top + size, left : left + size]
    square = np.zeros((size, size), dtype=np.float32)
    top, left = (size - high) // 2, (size - wide) // 2
    square[top : top + high, left : left + wide] = scaled
    return square


def quantise(pixels: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Round 0..1 to 0..65535."""
    return np.asarray(np.rint(pixels * np.float32(STEPS)), dtype=np.uint16)


def _scale(
    pixels: NDArray[np.float32], rows: int, columns: int, interpolation: str
) -> NDArray[np.float32]:
    if pixels.shape == (rows, columns):
        return pixels
    picture = Pillow.fromarray(np.ascontiguousarray(pixels))
    scaled = np.asarray(picture.resize((columns, rows), FILTERS[interpolation]))
    return np.asarray(np.clip(scaled, 0, 1))  # bicubic overshoots at edges

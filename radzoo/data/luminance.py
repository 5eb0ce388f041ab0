"""Colour to brightness."""

import numpy as np
from numpy.typing import NDArray

WEIGHTS = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def to_luminance(colour: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return the luminance (ITU-R BT.601) of `(rows, columns, 3 or 4)` RGB or RGBA values.

    The scale is kept: equal red, green and blue come out as that value. Alpha is ignored.
    """
    red, green, blue = (colour[..., channel].astype(np.float32) for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(red, blue):
        return np.asarray(red)
    mixed = WEIGHTS[0] * red + WEIGHTS[1] * green + WEIGHTS[2] * blue
    return np.asarray(mixed, dtype=np.float32)


def full_range(pixels: NDArray[np.generic], highest: float) -> NDArray[np.float32]:
    """Scale 0..`highest` to 0..1."""
    return np.asarray(pixels.astype(np.float32) / np.float32(highest), dtype=np.float32)

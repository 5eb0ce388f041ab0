"""JPEG 2000 decoded at a half, a quarter or an eighth, for targets that are smaller still.

A JPEG 2000 image holds smaller versions of itself: each level of its wavelet transform halves
it. They are no block averages: their pixels stand at every second, fourth or eighth pixel of
the image, and each is a weighted mean of those around it. `docs/concepts/pixels.md` says how
far the result is from that of decoding everything.
"""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from radzoo.data.readers.jpeg_2000 import Codestream, find_planes, thin
from radzoo.data.resize import Target, scale
from radzoo.data.shrink import Table

MOST_LEVELS: Final = 3
LEAST_LEFT: Final = 1.95
# The last bit planes are left out if together they are worth less than this part of the window.
PLANES_WORTH: Final = 1 / 800
SOFTENING: Final = 0.08


def find_levels(stream: Codestream, rows: int, columns: int, target: Target) -> int:
    """Return how often the image may be halved by its decoder; 0 = it has to be whole."""
    high, wide = target.scaled(rows, columns)
    left = min(rows / high, columns / wide) / LEAST_LEFT
    if not stream.plain or left < 2:
        return 0
    return min(MOST_LEVELS, stream.levels, int(np.log2(left)))


def shrink_reduced(
    frame: bytes, stream: Codestream, table: Table, shape: tuple[int, int], target: Target
) -> NDArray[np.float32]:
    """Decode an image of this shape at a reduced size and bring it to the target's square."""
    levels = find_levels(stream, *shape, target)
    planes = find_planes(stream, PLANES_WORTH / max(_steepest(table), 1e-9))
    stored = decode_reduced(*thin(frame, stream, levels, planes), shape, levels)
    if planes:  # every step of the inverse transform rounds down
        stored = (stored << planes) + (3 << planes >> 2)
    shown = table.shown[np.clip(stored - table.first, 0, len(table.shown) - 1)]
    # The first pixel stands at the first pixel of the image, not at the middle of a block;
    # one more column and row are needed to reach the far edges.
    step = 2**levels
    start = (1 - 1 / step) / 2
    box = (start, start, start + shape[1] / step, start + shape[0] / step)
    wider = np.pad(shown, ((0, 1), (0, 1)), mode="edge")
    high, wide = target.scaled(*shape)
    scaled = scale(wider, high, wide, target.interpolation, box)
    if stream.reversible:
        for size, before in ((high, shape[0]), (wide, shape[1])):  # each axis, turned twice
            scaled = _soften(scaled, SOFTENING * (step * size / before) ** 2).T
    return target.place(np.ascontiguousarray(scaled))


def decode_reduced(
    frame: bytes, stream: Codestream, shape: tuple[int, int], levels: int
) -> NDArray[np.int32]:
    """Return the stored values of the image halved `levels` times, by OpenJPEG in Pillow."""
    step = 2**levels
    rows, columns = -(-shape[0] // step), -(-shape[1] // step)
    with Pillow.open(BytesIO(frame), formats=("JPEG2000",)) as picture:
        picture.reduce = levels  # type: ignore[method-assign, assignment]  # Pillow's own interface
        # Pillow rounds the reduced size where OpenJPEG takes the next whole number, and then
        # reports a broken stream: a size that divides evenly is the same in both ways.
        picture._size = (columns * step, rows * step)
        picture.load()
        values = np.asarray(picture)
    if values.shape != (rows, columns) or values.dtype.kind != "u" or values.itemsize > 2:
        raise ValueError
    # Pillow spreads the values over 8 or 16 bits and makes them positive.
    stored = values.astype(np.int32) >> (8 * values.itemsize - stream.bits)
    return stored - (2 ** (stream.bits - 1) if stream.signed else 0)


def _steepest(table: Table) -> float:
    """How much one step of the stored value changes what is shown, at most."""
    return float(np.abs(np.diff(table.shown)).max(initial=0))


def _soften(pixels: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Give a share of each row to each of its neighbours.

    The filter by which reversible JPEG 2000 halves an image sharpens it a little.
    """
    wider = np.pad(pixels, ((1, 1), (0, 0)), mode="edge")
    kept, given = np.float32(1 - 2 * share), np.float32(share)
    return np.asarray(kept * pixels + given * (wider[:-2] + wider[2:]))

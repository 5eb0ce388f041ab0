"""JPEG 2000 decoded at a half, a quarter or an eighth, for targets that are smaller still.

A JPEG 2000 image holds smaller versions of itself: each level of its wavelet transform halves
it. They are no block averages: their pixels stand at every second, fourth or eighth pixel of
the image, and each is a weighted mean of those around it. `docs/concepts/pixels.md` says how
far the result is from that of decoding everything, and when that is near enough.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from radzoo.data.resize import Target, scale
from radzoo.data.shrink import Table

START_OF_CODESTREAM: Final = b"\xff\x4f\xff\x51"
CODING_STYLE: Final = 0x52
START_OF_TILE: Final = 0x90
MOST_LEVELS: Final = 3
LEAST_LEFT: Final = 1.125


@dataclass(frozen=True, slots=True)
class Codestream:
    """What the main header of a JPEG 2000 codestream says.

    Attributes:
        bits, signed: of each sample.
        levels: how often the image may be halved.
        plain: one component, from the origin, in one tile.
    """

    bits: int
    signed: bool
    levels: int
    plain: bool


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
    stored = decode_reduced(frame, stream, shape, levels)
    shown = table.shown[np.clip(stored - table.first, 0, len(table.shown) - 1)]
    # The first pixel stands at the first pixel of the image, not at the middle of a block;
    # one more column and row are needed to reach the far edges.
    step = 2**levels
    start = (1 - 1 / step) / 2
    box = (start, start, start + shape[1] / step, start + shape[0] / step)
    wider = np.pad(shown, ((0, 1), (0, 1)), mode="edge")
    return target.place(scale(wider, *target.scaled(*shape), target.interpolation, box))


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


def read_codestream(frame: bytes) -> Codestream | None:
    """Read the main header; None if it is not one."""
    start = frame.find(START_OF_CODESTREAM)
    if start < 0:
        return None
    sizes = [_number(frame, start + 8 + 4 * item, 4) for item in range(8)]
    width, height, *offsets, tile_width, tile_height, tile_left, tile_top = sizes
    one_tile = tile_width >= width and tile_height >= height
    plain = one_tile and not any((*offsets, tile_left, tile_top))
    depth = frame[start + 42]
    style = _find_style(frame, start + 2)
    if style is None:
        return None
    return Codestream(
        bits=(depth & 0x7F) + 1,
        signed=depth >= 0x80,
        levels=frame[style + 7],
        plain=plain and _number(frame, start + 40, 2) == 1,
    )


def _find_style(frame: bytes, place: int) -> int | None:
    """Return where the length of the coding style marker stands."""
    while place + 16 <= len(frame) and frame[place] == 0xFF:
        if frame[place + 1] == CODING_STYLE:
            return place + 2
        if frame[place + 1] == START_OF_TILE:
            return None
        place += 2 + _number(frame, place + 2, 2)
    return None


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")

"""The quick way from a PNG or JPEG file to a small square.

Grey PNG is averaged in blocks; JPEG is decoded at a half, a quarter or an eighth, which its
cosine transform gives as block averages. All else, and whatever goes wrong, is left to
`raster`, which says what.
"""

import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from radzoo.data.door import open_regular
from radzoo.data.luminance import full_range, to_luminance
from radzoo.data.readers.raster import check_chunks, check_raster
from radzoo.data.resize import Target, scale
from radzoo.data.shrink import Small, Table, find_factors, shrink

HIGHEST: Final = {"L": 255, "I;16": 65535}
DRAFTS: Final = (8, 4, 2)
EXIF_ORIENTATION: Final = 0x0112


def read_small_raster(path: Path, target: Target) -> Small | None:
    """Return a picture as the target's square, 0..1, bright = dense.

    None if it is of no common kind, is damaged, or would not get much smaller.
    """
    try:
        with open_regular(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_chunks(file)
            picture = Pillow.open(file, formats=("PNG", "JPEG"))
            check_raster(file, picture)
            if picture.getexif().get(EXIF_ORIENTATION, 1) != 1:
                return None
            rows, columns = picture.height, picture.width
            factor = min(find_factors(rows, columns, target))
            if factor < 2:
                return None
            make = _from_jpeg if picture.format == "JPEG" else _from_png
            square = make(picture, factor, target)
            return None if square is None else Small(square, rows, columns)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the ordinary way finds out what is wrong, and says it
        return None


def _from_png(picture: Pillow.Image, factor: int, target: Target) -> NDArray[np.float32] | None:
    highest = HIGHEST.get(picture.mode)
    if highest is None:
        return None
    values = np.arange(highest + 1, dtype=np.uint16)
    return shrink(np.asarray(picture), Table(0, full_range(values, highest)), target)


def _from_jpeg(picture: Pillow.Image, factor: int, target: Target) -> NDArray[np.float32] | None:
    if picture.mode not in ("L", "RGB"):
        return None
    rows, columns = picture.height, picture.width
    step = next(draft for draft in DRAFTS if draft <= factor)
    picture.draft(None, (columns // step, rows // step))
    pixels = np.asarray(picture)
    if pixels.shape[:2] != (-(-rows // step), -(-columns // step)):
        return None
    grey = full_range(to_luminance(pixels) if pixels.ndim == 3 else pixels, 255)
    box = (0.0, 0.0, columns / step, rows / step)
    return target.place(scale(grey, *target.scaled(rows, columns), target.interpolation, box))

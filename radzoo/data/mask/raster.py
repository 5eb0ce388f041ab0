"""Masks as PNG or TIFF: grey values or palette indices are labels."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from radzoo.core.volume import Mask
from radzoo.data.door import check_pixels, open_regular
from radzoo.data.mask.labels import check_labels
from radzoo.data.readers.raster import check_chunks
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.grid import Grid


def read_raster_mask(path: Path, grid: Grid) -> Mask:
    """Read labels of one image, which has the same rows and columns.

    Grey values stay as they are: 255 is label 255. Of colour only grey in colour is known
    (three equal channels); transparency is ignored.

    Raises:
        ImageRefused: if it is damaged, or does not fit the image.
    """
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            check_chunks(file)
            picture = Pillow.open(file, formats=("PNG", "TIFF"))
            if not grid.flat or (picture.height, picture.width) != grid.shape[1:]:
                raise ImageRefused("mask-size")
            check_pixels(picture.height, picture.width, len(picture.getbands()))
            values = _values(picture)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            raise ImageRefused("damaged") from None
        except Pillow.DecompressionBombError:
            raise ImageRefused("too-many-pixels") from None
    return Mask(check_labels(values))


def _values(picture: Pillow.Image) -> NDArray[Any]:
    if picture.mode in ("1", "L", "P", "I") or picture.mode.startswith("I;16"):
        return np.asarray(picture)
    channels = np.asarray(picture)
    if picture.mode in ("LA", "PA"):
        return channels[..., 0]
    if picture.mode in ("RGB", "RGBA") and (channels[..., :1] == channels[..., 1:3]).all():
        return channels[..., 0]
    raise ImageRefused("unknown-colours")

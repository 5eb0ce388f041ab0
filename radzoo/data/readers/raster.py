"""Reader: PNG and JPEG, 8 and 16 bits, grey or colour."""

import os
import warnings
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.door import check_growth, check_pixels, check_scans, open_regular
from radzoo.data.luminance import full_range, to_luminance
from radzoo.data.readers.magic import PNG, is_raster
from radzoo.data.refusal import ImageRefused

FREE_CHUNKS: Final = 1000
CHUNK_BYTES: Final = 1024


def read_raster(path: Path, member: str = "") -> Image:
    """Read a PNG or JPEG; the whole range of its type becomes 0..1, bright = dense.

    16-bit colour is read as 8 bits per channel. Of an animated PNG the first picture counts.

    Raises:
        ImageRefused: if it is damaged or too large.
    """
    with open_regular(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            check_chunks(file)
            picture: Pillow.Image = Pillow.open(file, formats=("PNG", "JPEG"))
            check_raster(file, picture)
            picture = ImageOps.exif_transpose(picture)
            return Image(_brightness(picture), photometric=picture.mode)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            raise ImageRefused("damaged") from None
        except Pillow.DecompressionBombError:
            raise ImageRefused("too-many-pixels") from None


def check_chunks(file: BinaryIO) -> None:
    """Refuse a PNG of more chunks than its size explains: each costs time, even an empty one.

    Raises:
        ImageRefused: if so.
    """
    if file.read(8) == PNG:
        left = FREE_CHUNKS + file.seek(0, os.SEEK_END) // CHUNK_BYTES
        file.seek(8)
        while len(head := file.read(8)) == 8:
            left -= 1
            if left < 0:
                raise ImageRefused("too-many-elements")
            file.seek(int.from_bytes(head[:4], "big") + 4, os.SEEK_CUR)
    file.seek(0)


def check_raster(file: BinaryIO, picture: Pillow.Image) -> None:
    """Refuse what is too large, before a pixel is decoded.

    Raises:
        ImageRefused: if so.
    """
    samples = len(picture.getbands())
    check_pixels(picture.height, picture.width, samples)
    place = file.tell()
    file.seek(0)
    if picture.format == "JPEG":
        check_scans(file.read())
    word = 2 if picture.mode.startswith("I") else 1
    packed = file.seek(0, os.SEEK_END)
    check_growth(packed, picture.height * picture.width * samples * word)
    file.seek(place)


def _brightness(picture: Pillow.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    if picture.mode.startswith("I"):  # 16-bit grey: "I;16" or, by an older Pillow, "I"
        return full_range(np.asarray(picture), 65535)
    if picture.mode in ("L", "LA", "La", "1"):
        return full_range(np.asarray(picture.convert("L")), 255)
    return full_range(to_luminance(np.asarray(picture.convert("RGB"))), 255)


READER = Reader(name="raster", recognises=is_raster, read=read_raster)

"""Reader: one row of a `.npy` array of grey images, as `radzoo data prepare` writes it."""

import math
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.door import MAX_VOXELS, check_pixels, open_regular
from radzoo.data.luminance import full_range
from radzoo.data.readers.magic import is_npy
from radzoo.data.refusal import REASONS, ImageRefused

HIGHEST: Final = {"|u1": 255.0, "<u2": 65535.0}


def read_npy(path: Path, member: str) -> Image:
    """Read row `member` of `(images, rows, columns)`, uint8 or uint16; nothing else is read.

    A row that is called after a reason was refused for it when the array was made.

    Raises:
        ImageRefused: if there is no such row, it is not one picture, or it is damaged.
    """
    pixels = read_npy_row(path, member, dimensions=2)
    return Image(full_range(pixels, HIGHEST[pixels.dtype.str]))


def read_npy_row(path: Path, member: str, *, dimensions: int) -> NDArray[Any]:
    """Read one row of an array of images (2 dimensions each) or volumes (3).

    Raises:
        ImageRefused: as `read_npy`; `volume` or `no-volume` if it has other dimensions.
    """
    if member in REASONS:
        raise ImageRefused(member)
    if not member.isdecimal():
        raise ImageRefused("no-member")
    with open_regular(path) as file:
        try:
            npy.read_magic(file)
            shape, column_major, dtype = npy.read_array_header_1_0(file)
        except (ValueError, SyntaxError, TokenError):
            raise ImageRefused("damaged") from None
        if column_major or dtype.str not in HIGHEST or not 3 <= len(shape) <= 4:
            raise ImageRefused("volume" if len(shape) > 4 else "damaged")
        if len(shape) != dimensions + 1:
            raise ImageRefused("volume" if dimensions == 2 else "no-volume")
        check_pixels(*shape[-2:])
        if math.prod(shape[1:]) > MAX_VOXELS:
            raise ImageRefused("too-many-voxels")
        if int(member) >= shape[0]:
            raise ImageRefused("no-member", shape[0], 0)
        size = math.prod(shape[1:]) * dtype.itemsize
        file.seek(int(member) * size, 1)
        data = file.read(size)
    if len(data) < size:
        raise ImageRefused("damaged")
    return np.frombuffer(data, dtype).reshape(shape[1:])


READER = Reader(name="npy", recognises=is_npy, read=read_npy)

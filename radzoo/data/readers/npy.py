"""Reader: one row of a `.npy` array of grey images, as `radzoo data prepare` writes it."""

from pathlib import Path
from tokenize import TokenError
from typing import Final

import numpy as np
from numpy.lib import format as npy

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.door import check_pixels, open_regular
from radzoo.data.luminance import full_range
from radzoo.data.refusal import REASONS, ImageRefused

MAGIC: Final = b"\x93NUMPY"
HIGHEST: Final = {"|u1": 255.0, "<u2": 65535.0}


def recognise(head: bytes) -> bool:
    """Is it an array of NumPy's own format?"""
    return head.startswith(MAGIC)


def read_npy(path: Path, member: str) -> Image:
    """Read row `member` of `(images, rows, columns)`, uint8 or uint16; nothing else is read.

    A row that is called after a reason was refused for it when the array was made.

    Raises:
        ImageRefused: if there is no such row, it is not one picture, or it is damaged.
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
        if column_major or dtype.str not in HIGHEST or len(shape) != 3:
            raise ImageRefused("volume" if len(shape) > 3 else "damaged")
        check_pixels(*shape[1:])
        if int(member) >= shape[0]:
            raise ImageRefused("no-member")
        size = shape[1] * shape[2] * dtype.itemsize
        file.seek(int(member) * size, 1)
        data = file.read(size)
    if len(data) < size:
        raise ImageRefused("damaged")
    pixels = np.frombuffer(data, dtype).reshape(shape[1:])
    return Image(full_range(pixels, HIGHEST[dtype.str]))


READER = Reader(name="npy", recognises=recognise, read=read_npy)

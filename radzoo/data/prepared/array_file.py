"""The array on the disk: a plain `.npy` file whose header has a fixed length."""

import hashlib
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

IMAGES: Final = "images.npy"
HEADER_BYTES: Final = 192
PIECE: Final = 1024**2


def make_header(n: int, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> bytes:
    """Return the header of a `.npy` file, format 1.0, that holds `n` images.

    Its length does not depend on `n`, which is known only at the end.
    """
    text = str({"descr": dtype.str, "fortran_order": False, "shape": (n, *shape)})
    start = b"\x93NUMPY\x01\x00" + (HEADER_BYTES - 10).to_bytes(2, "little")
    return start + text.ljust(HEADER_BYTES - 11).encode("ascii") + b"\n"


def offset_of(row: int, row_bytes: int) -> int:
    """Return where an image begins in the file."""
    return HEADER_BYTES + row * row_bytes


def map_images(path: Path, n: int, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> NDArray[Any]:
    """Map the array for reading; nothing is read yet."""
    if n == 0:  # an empty file cannot be mapped
        return np.zeros((0, *shape), dtype)
    return np.memmap(path, dtype, mode="r", offset=HEADER_BYTES, shape=(n, *shape))


def hash_rows(path: Path, start: int, n: int, row_bytes: int) -> str:
    """Return the sha256 of some images in the file; an empty text if they are not all there."""
    digest, left = hashlib.sha256(), n * row_bytes
    try:
        with path.open("rb") as file:
            file.seek(offset_of(start, row_bytes))
            while left and (piece := file.read(min(left, PIECE))):
                digest.update(piece)
                left -= len(piece)
    except OSError:
        return ""
    return "" if left else digest.hexdigest()


def open_images(path: Path) -> int:
    """Open the file for writing at any place; it is made if it is not there."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o600)


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at a place of the file.

    Raises:
        OSError: if the disk is full.
    """
    os.lseek(descriptor, offset, os.SEEK_SET)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]

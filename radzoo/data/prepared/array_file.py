"""The arrays on the disk: plain `.npy` files whose header has a fixed length."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

IMAGES: Final = "images.npy"
MASKS: Final = "masks.npy"
HEADER_BYTES: Final = 192
PIECE: Final = 1024**2


@dataclass(frozen=True, slots=True)
class Array:
    """One array of a store, without its length: that is known only at the end.

    Attributes:
        name: of the file in the folder.
        shape: of one row.
        dtype: of a value.
    """

    name: str
    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def offset_of(self, row: int) -> int:
        """Return where a row begins in the file."""
        return HEADER_BYTES + row * self.row_bytes

    def header(self, n: int) -> bytes:
        """Return the header of a `.npy` file, format 1.0, that holds `n` rows."""
        return make_header(n, self.shape, self.dtype)

    def map(self, folder: Path, n: int) -> NDArray[Any]:
        """Map `n` rows for reading; nothing is read yet."""
        if n == 0:  # an empty file cannot be mapped
            return np.zeros((0, *self.shape), self.dtype)
        return np.memmap(
            folder / self.name, self.dtype, mode="r", offset=HEADER_BYTES, shape=(n, *self.shape)
        )

    def hash_rows(self, folder: Path, start: int, n: int) -> str:
        """Return the sha256 of some rows in the file; an empty text if they are not all there."""
        digest, left = hashlib.sha256(), n * self.row_bytes
        try:
            with (folder / self.name).open("rb") as file:
                file.seek(self.offset_of(start))
                while left and (piece := file.read(min(left, PIECE))):
                    digest.update(piece)
                    left -= len(piece)
        except OSError:
            return ""
        return "" if left else digest.hexdigest()


def make_header(n: int, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> bytes:
    """Return the header of a `.npy` file, format 1.0, that holds `n` images.

    Its length does not depend on `n`, which is known only at the end.
    """
    text = str({"descr": dtype.str, "fortran_order": False, "shape": (n, *shape)})
    start = b"\x93NUMPY\x01\x00" + (HEADER_BYTES - 10).to_bytes(2, "little")
    return start + text.ljust(HEADER_BYTES - 11).encode("ascii") + b"\n"


def join_hashes(hashes: list[str]) -> str:
    """Return the hash of a block: that of its images, or one of those of images and masks."""
    if len(hashes) == 1 or not all(hashes):
        return hashes[0] if all(hashes) else ""
    return hashlib.sha256("".join(hashes).encode("ascii")).hexdigest()


def open_array(path: Path) -> int:
    """Open a file for writing at any place; it is made if it is not there."""
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

"""The one way in which a file from outside is opened."""

import errno
import os
import re
import stat
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from radzoo.data.refusal import ImageRefused

MAX_FILE_BYTES: Final = 2 * 1024**3
MAX_VALUES: Final = 2**26
MAX_VOXELS: Final = 2**28
"""One GiB as float32: 1,024 slices of 512 x 512."""
HEAD_BYTES: Final = 1024
FREE_GROWTH_BYTES: Final = 32 * 1024**2
MAX_GROWTH: Final = 300
MAX_SCANS: Final = 100
START_OF_SCAN: Final = re.compile(rb"\xff\xda")  # thrice as quick as to count bytes


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file of a sane size for reading; never waits on a pipe or device.

    Raises:
        ImageRefused: if it is missing, not readable, not regular, empty or too big.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise ImageRefused(_why_closed(error)) from None
    file = None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ImageRefused("special-file")
        if status.st_size == 0:
            raise ImageRefused("empty-file")
        if status.st_size > MAX_FILE_BYTES and not _is_archive(descriptor):
            raise ImageRefused("file-too-big")
        file = os.fdopen(descriptor, "rb")
    finally:
        if file is None:
            os.close(descriptor)
    return file


def read_head(path: Path) -> bytes:
    """Return the first 1,024 bytes, by which the type of a file is known.

    Raises:
        ImageRefused: as `open_regular`.
    """
    with open_regular(path) as file:
        return file.read(HEAD_BYTES)


def check_pixels(rows: int, columns: int, samples: int = 1) -> None:
    """Refuse sizes that are not positive or beyond the budget, before decoding.

    67 million values are 8192 x 8192 grey pixels, or 22 million of three colours: more than
    any radiograph has, and decoded in less than 1 GiB.

    Raises:
        ImageRefused: if so.
    """
    if rows < 1 or columns < 1:
        raise ImageRefused("bad-header")
    if rows * columns * samples > MAX_VALUES:
        raise ImageRefused("too-many-pixels")


def check_growth(packed: int, decoded: int) -> None:
    """Refuse a small compressed image that is large when decoded.

    Real images shrink to a hundredth at most; what grows to more than 32 MiB and 300 times
    its size is a bomb, or holds nothing to look at.

    Args:
        packed: bytes of the compressed image.
        decoded: bytes of its pixels.

    Raises:
        ImageRefused: if so.
    """
    if decoded > FREE_GROWTH_BYTES and decoded > MAX_GROWTH * packed:
        raise ImageRefused("inflates-too-far")


def check_scans(jpeg: bytes) -> None:
    """Refuse a JPEG that paints over itself more than a hundred times; ten are usual.

    Raises:
        ImageRefused: if so.
    """
    if sum(1 for _ in islice(START_OF_SCAN.finditer(jpeg), MAX_SCANS + 1)) > MAX_SCANS:
        raise ImageRefused("inflates-too-far")


def _is_archive(descriptor: int) -> bool:
    """An `.npz` or `.npy` may be large: it is read row by row."""
    head = os.read(descriptor, 4)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return head in (b"PK\x03\x04", b"\x93NUM")


def _why_closed(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "no-permission"
    if error.errno in (errno.ENXIO, errno.ENODEV, errno.EISDIR):
        return "special-file"
    return "missing-file"

"""Reader: one row of an array inside an `.npz`, such as `train_images/17` of MedMNIST."""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.door import check_pixels, open_regular
from radzoo.data.luminance import full_range, to_luminance
from radzoo.data.readers.magic import is_npz
from radzoo.data.refusal import ImageRefused

KEEP_BYTES: Final = 256 * 1024**2
MAX_ROW_BYTES: Final = 512 * 1024**2
HIGHEST: Final = {"u1": 255.0, "u2": 65535.0}


@dataclass(slots=True)
class Rows:
    """An array inside an archive, read row by row; small arrays are kept in memory."""

    files: ExitStack
    stream: IO[bytes]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    start: int
    kept: bytes | None = None

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return int(np.prod(self.shape[1:], dtype=np.int64)) * self.dtype.itemsize

    def read(self, row: int) -> NDArray[Any]:
        """Return one row; going forward is cheap, going back starts again."""
        if not 0 <= row < self.shape[0]:
            raise ImageRefused("no-member", self.shape[0], 0)
        size = self.row_bytes
        if size > MAX_ROW_BYTES:
            raise ImageRefused("too-many-pixels")
        if self.kept is None and size * self.shape[0] <= KEEP_BYTES:
            self.kept = self.read_bytes(0, size * self.shape[0])
            self.files.close()
        if self.kept is not None:
            data = self.kept[row * size : (row + 1) * size]
        else:
            data = self.read_bytes(row * size, size)
        return np.frombuffer(data, self.dtype).reshape(self.shape[1:])

    def read_bytes(self, start: int, size: int) -> bytes:
        """Return bytes of the array's data."""
        self.stream.seek(self.start + start)
        data = self.stream.read(size)
        if len(data) != size:
            raise ImageRefused("damaged")
        return data


_opened: dict[tuple[str, int, int, str], Rows] = {}


def read_npz(path: Path, member: str) -> Image:
    """Read row `member` = `array/row`; uint8, uint16, or floating point within 0..1.

    The array stays in memory (up to 256 MiB), or its archive open, for the next row.

    Raises:
        ImageRefused: if there is no such row, it is not one picture, or it is damaged.
    """
    return Image(_brightness(read_row(path, member)))


def read_row(path: Path, member: str) -> NDArray[Any]:
    """Return row `member` = `array/row` as it is, such as a volume of MedMNIST 3-D.

    Raises:
        ImageRefused: if there is no such row, or it is damaged.
    """
    name, _, row = member.rpartition("/")
    if not name or not row.isdecimal():
        raise ImageRefused("no-member")
    with damage_refused():
        return _find_rows(path, name).read(int(row))


def read_array(path: Path, name: str, *, limit_bytes: int = KEEP_BYTES) -> NDArray[Any]:
    """Read a whole small array, such as the labels; pickled objects are never loaded.

    Raises:
        ImageRefused: if it is missing, damaged, holds objects or exceeds `limit_bytes`.
    """
    with damage_refused():
        rows = _open_rows(path, name)
        with rows.files:
            size = rows.row_bytes * rows.shape[0]
            if size > limit_bytes:
                raise ImageRefused("file-too-big")
            return np.frombuffer(rows.read_bytes(0, size), rows.dtype).reshape(rows.shape)


def read_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array in the archive, without reading the arrays.

    Raises:
        ImageRefused: if it is not an archive of arrays.
    """
    with damage_refused(), open_regular(path) as file, zipfile.ZipFile(file) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
    shapes = {}
    for name in names:
        with damage_refused():
            rows = _open_rows(path, name)
            rows.files.close()
            shapes[name] = rows.shape
    return shapes


def close_archives() -> None:
    """Forget the array that was kept for the next row."""
    while _opened:
        _opened.popitem()[1].files.close()


def _find_rows(path: Path, name: str) -> Rows:
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
    key = (str(path), status.st_size, status.st_mtime_ns, name)
    if key not in _opened:
        close_archives()
        _opened[key] = _open_rows(path, name)
    return _opened[key]


def _open_rows(path: Path, name: str) -> Rows:
    with ExitStack() as files:
        archive = files.enter_context(zipfile.ZipFile(files.enter_context(open_regular(path))))
        stream = files.enter_context(archive.open(f"{name}.npy"))
        version = npy.read_magic(stream)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, column_major, dtype = read_header(stream)
        if dtype.hasobject or column_major or not shape:
            raise ImageRefused("damaged")
        return Rows(files.pop_all(), stream, shape, dtype, stream.tell())


def _brightness(pixels: NDArray[Any]) -> NDArray[np.float32]:
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    colour = pixels.ndim == 3 and pixels.shape[-1] == 3
    if pixels.ndim != 2 and not colour:
        raise ImageRefused("volume")
    check_pixels(*pixels.shape[:2])
    grey = to_luminance(pixels) if colour else pixels
    if pixels.dtype.kind == "f":
        if not np.isfinite(pixels).all():
            raise ImageRefused("not-finite")
        if pixels.min() < 0 or pixels.max() > 1:
            raise ImageRefused("value-range")
        return full_range(grey, 1)
    highest = HIGHEST.get(f"{pixels.dtype.kind}{pixels.dtype.itemsize}")
    if highest is None:
        raise ImageRefused("value-range")
    return full_range(grey, highest)


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turn what zipfile and NumPy raise about a bad archive into a refusal."""
    try:
        yield
    except KeyError:
        raise ImageRefused("no-member") from None
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, NotImplementedError):
        raise ImageRefused("damaged") from None


READER = Reader(name="npz", recognises=is_npz, read=read_npz)

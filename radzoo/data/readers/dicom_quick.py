"""The quick way from a DICOM file to a small square, for the common kind of file.

One frame of 8 or 16 bits, grey, little endian or compressed, whose bits are all in use as
the header says. Everything else, and whatever goes wrong here, is left to the ordinary way:
this module never refuses a file. What a stored value looks like is not decided here either:
`dicom_grey.to_unit_range` is asked once for every value there is.
"""

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.tag import Tag

from radzoo.core.window import Window
from radzoo.data.door import HEAD_BYTES, open_regular
from radzoo.data.readers.dicom import GREYS, check_layout
from radzoo.data.readers.dicom_codecs import JPEG, JPEG_2000, JPEG_LS
from radzoo.data.readers.dicom_codestream import check_frame
from radzoo.data.readers.dicom_file import GREY, LAYOUT, PIXELS, Bounds, Counted, silence
from radzoo.data.readers.dicom_grey import to_unit_range
from radzoo.data.readers.dicom_reduced import find_levels, shrink_reduced
from radzoo.data.readers.jpeg_2000 import Codestream, read_codestream
from radzoo.data.readers.magic import is_part_10
from radzoo.data.resize import Target
from radzoo.data.shrink import Small, Table, shrink

Stored = NDArray[Any]
PLAIN: Final = (uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian)
COMPRESSED: Final = (*JPEG, *JPEG_LS, *JPEG_2000, uid.RLELossless)
PIXEL_DATA: Final = Tag("PixelData")
PIXEL_ELEMENTS: Final = tuple(map(Tag, PIXELS))
WANTED: Final = tuple(map(Tag, (*LAYOUT, *GREY)))
MAX_READS: Final = 20_000
# Of reduced JPEG 2000 only these are known to be near enough; MR with its noise is not.
RADIOGRAPHS: Final = ("CR", "DX", "RG")
ITEM: Final = b"\xfe\xff\x00\xe0"
END_OF_SEQUENCE: Final = b"\xfe\xff\xdd\xe0"
MOST_FRAGMENTS: Final = 1000
PADDING: Final = b"\xfc\xff\xfc\xff"
SHORT_TABLE_BITS: Final = 13
LONG_LENGTH: Final = (b"OB", b"OW", b"UN")


class _NotCommonError(Exception):
    """The file is to be read the ordinary way."""


def read_small(path: Path, target: Target, window: Window | None = None) -> Small | None:
    """Return the image of a DICOM file as the target's square, 0..1, bright = dense.

    None if the file is of no common kind, is damaged, or would not get smaller.

    Args:
        path: the file.
        target: the square.
        window: a window in Hounsfield units, instead of the file's own.
    """
    try:
        with silence(), open_regular(path) as file:
            dataset = _read_header(file)
            rows, columns = int(dataset.Rows), int(dataset.Columns)
            high, wide = target.scaled(rows, columns)
            if rows < 2 * high and columns < 2 * wide:
                return None
            return Small(_read_square(file, _Shown(dataset, window), target), rows, columns)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the ordinary way finds out what is wrong, and says it
        return None


def _read_header(file: BinaryIO) -> Dataset:
    """Read what the pixels need; the file then stands at the pixel data."""
    if not is_part_10(file.read(HEAD_BYTES)):
        raise _NotCommonError
    file.seek(132)
    meta = read_dataset(file, False, True, stop_when=lambda tag, _vr, _length: tag.group != 2)
    syntax = meta.TransferSyntaxUID
    if syntax not in PLAIN and syntax not in COMPRESSED:
        raise _NotCommonError
    implicit = syntax == uid.ImplicitVRLittleEndian
    counted = cast(BinaryIO, Counted(file, MAX_READS))
    stop = Bounds(os.fstat(file.fileno()).st_size, (*WANTED, *PIXEL_ELEMENTS), pixels=False)
    dataset = read_dataset(counted, implicit, True, stop_when=stop, specific_tags=[*WANTED])
    dataset.file_meta = FileMetaDataset(meta)
    dataset.PixelData = b""  # for `check_layout`: the bytes stay where they are
    check_layout(dataset)
    grey = dataset.PhotometricInterpretation in GREYS and dataset.SamplesPerPixel == 1
    if (
        not grey
        or dataset.BitsAllocated not in (8, 16)
        or dataset.PixelRepresentation not in (0, 1)
    ):
        raise _NotCommonError
    return dataset


def _read_square(file: BinaryIO, shown: "_Shown", target: Target) -> NDArray[np.float32]:
    dataset, syntax = shown.header, shown.header.file_meta.TransferSyntaxUID
    length = _enter_pixels(file, implicit=syntax == uid.ImplicitVRLittleEndian)
    if syntax in PLAIN:
        stored = _map_pixels(file, dataset, length)
        _check_end(file)
        return shrink(stored, shown.find_table(stored), target)
    frame = _read_frame(file)
    _check_end(file)
    check_frame(frame, syntax, dataset)
    radiograph = dataset.get("Modality") in RADIOGRAPHS
    if syntax in JPEG_2000 and radiograph and not target.exact:
        shape = (int(dataset.Rows), int(dataset.Columns))
        stream = read_codestream(frame)
        if stream is not None and find_levels(stream, *shape, target) and _agree(stream, dataset):
            table = shown.find_fixed_table()
            if table is not None:
                return shrink_reduced(frame, stream, table, shape, target)
    stored = _as_declared(_decode(frame, syntax, dataset), dataset)
    return shrink(stored, shown.find_table(stored), target)


def _enter_pixels(file: BinaryIO, *, implicit: bool) -> int:
    """Read the head of the pixel data element; return its length."""
    head = file.read(8)
    if int.from_bytes(head[:2], "little") != PIXEL_DATA.group or head[2:4] != b"\x10\x00":
        raise _NotCommonError
    if implicit:
        return int.from_bytes(head[4:8], "little")
    if head[4:6] not in LONG_LENGTH:
        raise _NotCommonError
    return int.from_bytes(file.read(4), "little")


def _read_frame(file: BinaryIO) -> bytes:
    """Return the compressed frame: the fragments behind the offset table, of which one is usual."""
    size = os.fstat(file.fileno()).st_size
    fragments: list[bytes] = []
    while (head := file.read(8))[:4] == ITEM:
        length = int.from_bytes(head[4:], "little")
        fragments.append(file.read(min(size, length)))
        if len(fragments[-1]) != length or len(fragments) > MOST_FRAGMENTS:
            raise _NotCommonError
    if len(head) < 8 or head[:4] != END_OF_SEQUENCE or len(fragments) < 2:
        raise _NotCommonError
    table, *parts = fragments
    if any(table):  # the first frame begins elsewhere than at the first fragment
        raise _NotCommonError
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _check_end(file: BinaryIO) -> None:
    """Leave to the ordinary way what has more behind its pixels than padding."""
    if file.read(4) not in (b"", PADDING):
        raise _NotCommonError


def _map(file: BinaryIO) -> mmap.mmap:
    if hasattr(mmap, "MAP_POPULATE"):  # one call instead of a page fault for every few pages
        flags = mmap.MAP_PRIVATE | mmap.MAP_POPULATE
        return mmap.mmap(file.fileno(), 0, flags=flags, prot=mmap.PROT_READ)
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _map_pixels(file: BinaryIO, dataset: Dataset, length: int) -> Stored:
    """Give uncompressed stored values as they lie in the file, without a copy."""
    shape, dtype = (int(dataset.Rows), int(dataset.Columns)), _dtype(dataset)
    start, size = file.tell(), shape[0] * shape[1] * dtype.itemsize
    if length not in (size, size + size % 2):
        raise _NotCommonError
    file.seek(length, os.SEEK_CUR)
    return np.frombuffer(_map(file), dtype, shape[0] * shape[1], start).reshape(shape)


def _decode(frame: bytes, syntax: uid.UID, dataset: Dataset) -> Stored:
    if syntax in JPEG_LS:
        return np.asarray(imagecodecs.jpegls_decode(frame))
    if syntax in JPEG_2000:
        return np.asarray(imagecodecs.jpeg2k_decode(frame, numthreads=1))
    if syntax == uid.RLELossless:
        dtype = f"<u{dataset.BitsAllocated // 8}"
        values = np.frombuffer(imagecodecs.dicomrle_decode(frame, dtype), dtype)
        return values.reshape(int(dataset.Rows), int(dataset.Columns))
    return np.asarray(imagecodecs.jpeg8_decode(frame))


def _as_declared(decoded: Stored, dataset: Dataset) -> Stored:
    """Check shape and type against the header; read signs where the header says so."""
    dtype = _dtype(dataset)
    if decoded.shape != (dataset.Rows, dataset.Columns) or decoded.dtype.kind not in "iu":
        raise _NotCommonError
    if decoded.dtype.itemsize != dtype.itemsize:
        raise _NotCommonError
    return decoded.view(dtype)


def _dtype(dataset: Dataset) -> np.dtype[Any]:
    kind = "i" if dataset.PixelRepresentation else "u"
    return np.dtype(f"<{kind}{dataset.BitsAllocated // 8}")


@dataclass(frozen=True, slots=True)
class _Shown:
    """How the stored values of an image are shown."""

    header: Dataset
    window: Window | None

    def find_table(self, stored: Stored) -> Table:
        """Return what each stored value looks like.

        If that depends on which values there are, those between the lowest and the highest;
        else all there can be, up to 8,192: their table is made sooner than they are sought.
        """
        if self.header.BitsStored <= SHORT_TABLE_BITS:
            table = self._ask(*_limits(self.header))
            if self._is_fixed(table):
                return table
        low, high = int(stored.min()), int(stored.max())
        first, last = _limits(self.header)
        if low < first or high > last:  # the ordinary way ignores the bits that are too many
            raise _NotCommonError
        table = self._ask(low, high)
        if "PixelPaddingValue" in self.header and not self._is_fixed(table):
            raise _NotCommonError  # what is shown depends on the values that are not padding
        return table

    def find_fixed_table(self) -> Table | None:
        """Return the table of every value there can be, unless it depends on those there are.

        None as well if the image is padded: padding must not be averaged with its neighbours.
        """
        if "PixelPaddingValue" in self.header:
            return None
        table = self._ask(*_limits(self.header))
        return table if self._is_fixed(table) else None

    def _ask(self, low: int, high: int) -> Table:
        if "ModalityLUTSequence" in self.header or "VOILUTSequence" in self.header:
            raise _NotCommonError  # of those, values that the image lacks may count
        domain = np.arange(low, high + 1, dtype=np.int64).astype(_dtype(self.header))
        return Table(low, to_unit_range(self.header, domain[None], self.window)[0])

    def _is_fixed(self, table: Table) -> bool:
        """Would an image with fewer values show those as this table does?"""
        third = len(table.shown) // 3
        if third < 2:
            return False
        some = self._ask(table.first + third, table.first + 2 * third)
        return np.array_equal(some.shown, table.shown[third : 2 * third + 1])


def _limits(dataset: Dataset) -> tuple[int, int]:
    """Lowest and highest value that the stored bits can say."""
    bits = int(dataset.BitsStored)
    if int(dataset.HighBit) != bits - 1 or not 2 <= bits <= int(dataset.BitsAllocated):
        raise _NotCommonError
    first = -(2 ** (bits - 1)) if dataset.PixelRepresentation else 0
    return first, first + 2**bits - 1


def _agree(stream: Codestream, dataset: Dataset) -> bool:
    signed = bool(dataset.PixelRepresentation)
    return (stream.bits, stream.signed) == (int(dataset.BitsStored), signed)

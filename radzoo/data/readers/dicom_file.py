"""From a DICOM file to a data set, with the bounds that pydicom does not set."""

import logging
import os
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag, Tag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from radzoo.data.door import HEAD_BYTES, open_regular
from radzoo.data.readers.bare import Encoding, bare_encoding
from radzoo.data.readers.magic import is_part_10
from radzoo.data.refusal import ImageRefused

MAX_INFLATED_BYTES: Final = 256 * 1024**2
MAX_ELEMENTS: Final = 50_000
MAX_READS: Final = 100_000
MAX_READS_OF_MANY: Final = 3_000_000
MAX_SHORT_BYTES: Final = 65_536
LONG: Final = ("Data", "Sequence", "OffsetTable", "OffsetTableLengths")
UNDEFINED: Final = 0xFFFFFFFF
PIXEL_TAGS: Final = (0x7FE00008, 0x7FE00009, 0x7FE00010)
PIXELS: Final = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
GREY: Final = (
    "RescaleSlope", "RescaleIntercept", "RescaleType", "ModalityLUTSequence",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence",
    "PixelPaddingValue", "PixelPaddingRangeLimit",
    "FloatPixelPaddingValue", "FloatPixelPaddingRangeLimit",
    "DoubleFloatPixelPaddingValue", "DoubleFloatPixelPaddingRangeLimit",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
)  # fmt: skip
LAYOUT: Final = (
    "SOPClassUID", "Modality", "ImageType", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel",
    "PhotometricInterpretation", "PlanarConfiguration", "BitsAllocated", "BitsStored",
    "HighBit", "PixelRepresentation", "PixelSpacing", "ImagerPixelSpacing",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData", "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData", "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
)  # fmt: skip


def open_dataset(
    path: Path, keywords: tuple[str, ...], *, pixels: bool, max_reads: int = MAX_READS
) -> Dataset:
    """Read the named elements of a DICOM file, and its pixels if asked for.

    `force=True` is never used: a file without the mark DICM is read if it begins as a data
    set must (`bare.bare_encoding`). A deflated one is inflated here, up to 256 MiB, since
    pydicom would inflate it without a bound.

    Args:
        path: the file.
        keywords: the elements wanted; those behind the last of them are not even looked at
            if the pixels are not wanted.
        pixels: read the pixels too?
        max_reads: small reads after which the header is given up; see `Counted`.

    Raises:
        ImageRefused: if the file cannot be opened or is no DICOM file.
    """
    with open_regular(path) as file:
        head = file.read(HEAD_BYTES)
        bare = None if is_part_10(head) else bare_encoding(head)
        if bare is None and not is_part_10(head):
            raise ImageRefused("unknown-format")
        wanted = [Tag(name) for name in (*keywords, *(PIXELS if pixels else ()))]
        stop = Bounds(os.fstat(file.fileno()).st_size, wanted, pixels=pixels)
        file.seek(0)
        reads = Counted(file, max_reads)
        counted = cast(BinaryIO, reads)
        with reads.refused():
            meta = _read_meta(counted, bare)
            syntax = meta.get("TransferSyntaxUID")
            if syntax == DeflatedExplicitVRLittleEndian:
                return _read_deflated(file, meta, wanted, pixels=pixels)
            if bare is None:
                counted.seek(0)
                return read_partial(counted, stop, specific_tags=[*wanted])
            dataset = read_dataset(
                counted,
                syntax == ImplicitVRLittleEndian,
                syntax != ExplicitVRBigEndian,
                stop_when=stop,
                specific_tags=[*wanted],
            )
            dataset.file_meta = meta
            return dataset


class Counted:
    """A file that is given up after too many small reads.

    pydicom reads a sequence whole even if nobody asked for it: a million empty items cost
    15 s. One image takes a few hundred reads, one of 800 frames 100,000.
    """

    def __init__(self, file: BinaryIO, limit: int = MAX_READS) -> None:
        self._file = file
        self._left = limit
        here = file.tell()
        self._size = file.seek(0, os.SEEK_END)
        file.seek(here)
        self.seek = file.seek
        self.tell = file.tell

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Refuse for too many reads also where pydicom made another error of it."""
        try:
            yield
        except Exception:  # whatever pydicom made of it; nothing is kept back
            if self._left < 0:
                raise ImageRefused("too-many-elements") from None
            raise

    def read(self, size: int = -1) -> bytes:
        """Read as the file does.

        Raises:
            ImageRefused: if that was once too often, or more than there can be.
        """
        self._left -= 1
        if self._left < 0:
            raise ImageRefused("too-many-elements")
        if size > self._size:
            raise ImageRefused("damaged")
        return self._file.read(size)


class Bounds:
    """Where reading stops: at the pixels, if they are not wanted, and at nonsense.

    Args:
        size: of the file; an element that claims more is not there.
        wanted: elements that will be turned into values; long only where they are tables.
        pixels: read the pixels too?
    """

    def __init__(self, size: int, wanted: Iterable[BaseTag], *, pixels: bool) -> None:
        self._size = size
        wanted = list(wanted)
        self._last = max(wanted)
        self._short = {tag for tag in wanted if not keyword_for_tag(tag).endswith(LONG)}
        self._pixels = pixels
        self._seen = 0

    def __call__(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        """Stop before this element?

        Raises:
            ImageRefused: if it is one too many, or claims to be larger than it can be.
        """
        self._seen += 1
        if self._seen > MAX_ELEMENTS:
            raise ImageRefused("too-many-elements")
        if not self._pixels and tag > self._last:
            return True
        limit = MAX_SHORT_BYTES if tag in self._short else self._size
        if limit < length != UNDEFINED:
            raise ImageRefused("damaged")
        return not self._pixels and tag in PIXEL_TAGS


@contextmanager
def silence() -> Iterator[None]:
    """Let pydicom neither log nor warn: its messages quote header values."""
    logger = logging.getLogger("pydicom")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def _read_meta(file: BinaryIO, bare: Encoding | None) -> FileMetaDataset:
    """Read or make the file meta information; the file then stands behind it."""
    meta = FileMetaDataset()
    if bare in ("explicit", "implicit"):
        implicit = bare == "implicit"
        meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
        return meta
    file.seek(0 if bare else 132)
    return FileMetaDataset(
        read_dataset(
            file,
            is_implicit_VR=False,
            is_little_endian=True,
            stop_when=lambda tag, _vr, _length: tag.group != 2,
        )
    )


def _read_deflated(
    file: BinaryIO, meta: FileMetaDataset, wanted: list[BaseTag], *, pixels: bool
) -> Dataset:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(file.read(), MAX_INFLATED_BYTES)
    except zlib.error:
        raise ImageRefused("damaged") from None
    if inflater.unconsumed_tail:
        raise ImageRefused("inflates-too-far")
    stop = Bounds(len(plain), wanted, pixels=pixels)
    counted = cast(BinaryIO, Counted(BytesIO(plain)))
    dataset = read_dataset(counted, False, True, stop_when=stop, specific_tags=[*wanted])
    if pixels:  # for the decoder they are plain now
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    return dataset

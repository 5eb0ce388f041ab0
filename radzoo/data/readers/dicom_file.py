"""From a DICOM file to a data set, with the bounds that pydicom does not set."""

import logging
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from radzoo.data.door import HEAD_BYTES, open_regular
from radzoo.data.readers.magic import is_dicom
from radzoo.data.refusal import ImageRefused

MAX_INFLATED_BYTES: Final = 256 * 1024**2
PIXELS: Final = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
GREY: Final = (
    "RescaleSlope", "RescaleIntercept", "ModalityLUTSequence",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence",
    "PixelPaddingValue", "PixelPaddingRangeLimit",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
)  # fmt: skip
LAYOUT: Final = (
    "SOPClassUID", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel",
    "PhotometricInterpretation", "PlanarConfiguration", "BitsAllocated", "BitsStored",
    "HighBit", "PixelRepresentation", "PixelSpacing", "ImagerPixelSpacing",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData", "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData", "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
)  # fmt: skip


def open_dataset(path: Path, keywords: tuple[str, ...], *, pixels: bool) -> Dataset:
    """Read the named elements of a DICOM file, and its pixels if asked for.

    Only a file with the DICM mark is read (`force=True` never); a deflated one is inflated
    here, up to 256 MiB, since pydicom would inflate it without a bound.

    Raises:
        ImageRefused: if the file cannot be opened or is no DICOM file.
    """
    with open_regular(path) as file:
        if not is_dicom(file.read(HEAD_BYTES)):
            raise ImageRefused("unknown-format")
        file.seek(0)
        if _is_deflated(file):
            return _read_deflated(file, keywords, pixels=pixels)
        wanted = [*keywords, *(PIXELS if pixels else ())]
        return pydicom.dcmread(file, stop_before_pixels=not pixels, specific_tags=list(wanted))


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


def _is_deflated(file: BinaryIO) -> bool:
    meta = _read_meta(file)
    file.seek(0)
    return bool(meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian)


def _read_meta(file: BinaryIO) -> FileMetaDataset:
    """Read the file meta information; the file then stands behind it."""
    file.seek(132)
    meta = read_dataset(
        file,
        is_implicit_VR=False,
        is_little_endian=True,
        stop_when=lambda tag, _vr, _length: tag.group != 2,
    )
    return FileMetaDataset(meta)


def _read_deflated(file: BinaryIO, keywords: tuple[str, ...], *, pixels: bool) -> Dataset:
    meta = _read_meta(file)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(file.read(), MAX_INFLATED_BYTES)
    except zlib.error:
        raise ImageRefused("damaged") from None
    if inflater.unconsumed_tail:
        raise ImageRefused("inflates-too-far")
    wanted: list[BaseTag | int] = [Tag(name) for name in (*keywords, *(PIXELS if pixels else ()))]
    dataset = read_dataset(BytesIO(plain), False, True, specific_tags=wanted)
    if pixels:  # for the decoder they are plain now
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    return dataset

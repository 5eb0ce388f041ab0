"""The stored values of the frames of a DICOM object, one after the other."""

import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import RLELossless

from radzoo.data.door import MAX_VOXELS, check_pixels
from radzoo.data.readers.dicom import GREYS, unused_low_bits
from radzoo.data.readers.dicom_codecs import PLUGIN, find_decoder, is_available
from radzoo.data.readers.dicom_codestream import check_frame
from radzoo.data.readers.dicom_file import PIXELS
from radzoo.data.refusal import ImageRefused

DEFLATED_FRAMES: Final = "1.2.840.10008.1.2.8.1"
PACKED: Final = (RLELossless, DEFLATED_FRAMES)


def check_grey(dataset: Dataset, slices: int) -> None:
    """Refuse what is not grey, or has more voxels than the budget, before decoding.

    Raises:
        ImageRefused: if so.
    """
    if not any(keyword in dataset for keyword in PIXELS):
        raise ImageRefused("no-image")
    if "BitsAllocated" not in dataset or not dataset.get("PhotometricInterpretation"):
        raise ImageRefused("bad-header")
    if dataset.PhotometricInterpretation not in GREYS or dataset.get("SamplesPerPixel", 1) != 1:
        raise ImageRefused("unknown-colours")
    check_voxels(slices, int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0))


def check_voxels(slices: int, rows: int, columns: int) -> None:
    """Refuse sizes that are not positive or beyond the budget.

    Raises:
        ImageRefused: if so.
    """
    check_pixels(rows, columns)
    if slices < 1:
        raise ImageRefused("bad-header")
    if slices * rows * columns > MAX_VOXELS:
        raise ImageRefused("too-many-voxels")


def decode_frames(dataset: Dataset, frames: Sequence[int]) -> Iterator[NDArray[Any]]:
    """Give the stored values `(rows, columns)` of some frames (from 0), in that order.

    The size that every compressed frame claims is checked before the first is decoded.

    Raises:
        ImageRefused: if they cannot be decoded.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    if int(dataset.BitsAllocated) == 1 and syntax in PACKED:
        _check_frames(dataset)
        yield from _unpack_frames(dataset, frames)
        return
    try:
        decoder = find_decoder(syntax)
    except NotImplementedError:
        raise ImageRefused("unknown-compression") from None
    if int(dataset.BitsAllocated) == 1 and not syntax.is_encapsulated:
        yield from _unpack_bits(dataset, frames)
        return
    shift, plugin = unused_low_bits(dataset) if "PixelData" in dataset else 0, ""
    bits = int(dataset.BitsStored) + shift if shift else 0
    if syntax.is_encapsulated:
        plugin = PLUGIN if is_available(syntax) else ""
        _check_frames(dataset)
    decode = partial(decoder.iter_array, dataset, indices=frames, decoding_plugin=plugin)
    # pydicom does not look at HighBit: let it keep the low bits, to drop them here
    for pixels, _ in decode(bits_stored=bits) if shift else decode():
        yield pixels >> shift if shift else np.asarray(pixels)


def _unpack_bits(dataset: Dataset, frames: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Give frames of one bit per pixel; they need not begin at whole bytes (PS3.5 8.1.1)."""
    shape = (int(dataset.Rows), int(dataset.Columns))
    size = shape[0] * shape[1]
    for frame in frames:
        first = frame * size
        packed = dataset.PixelData[first // 8 : (first + size + 7) // 8]
        bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
        if bits.size < first % 8 + size:
            raise ImageRefused("damaged")
        yield bits[first % 8 : first % 8 + size].reshape(shape)


def _check_frames(dataset: Dataset) -> None:
    if "PixelData" not in dataset:
        raise ImageRefused("bad-header")
    found = 0
    for frame in _split(dataset):
        check_frame(frame, dataset.file_meta.TransferSyntaxUID, dataset)
        found += 1
    if found < int(dataset.get("NumberOfFrames") or 1):
        raise ImageRefused("damaged")


def _split(dataset: Dataset) -> Iterator[bytes]:
    """Give the compressed frames."""
    offsets = None
    if dataset.get("ExtendedOffsetTable") and dataset.get("ExtendedOffsetTableLengths"):
        offsets = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
    number = int(dataset.get("NumberOfFrames") or 1)
    return generate_frames(dataset.PixelData, number_of_frames=number, extended_offsets=offsets)


def _unpack_frames(dataset: Dataset, frames: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """Give compressed frames of one bit per pixel, which pydicom does not decode."""
    shape = (int(dataset.Rows), int(dataset.Columns))
    size, packed = shape[0] * shape[1], dict(enumerate(_split(dataset)))
    for number in frames:
        if dataset.file_meta.TransferSyntaxUID == RLELossless:
            plain = bytes(imagecodecs.dicomrle_decode(packed[number], "u1"))
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            plain = inflater.decompress(packed[number], (size + 7) // 8 + 1)
        bits = np.unpackbits(np.frombuffer(plain, np.uint8), bitorder="little")
        if bits.size < size:
            raise ImageRefused("damaged")
        yield bits[:size].reshape(shape)

"""Reader: DICOM images of one frame, as `Image` by the recipe in `data.recipe`."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import RLELossless

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.core.window import Window
from radzoo.data.door import check_pixels
from radzoo.data.luminance import full_range, to_luminance
from radzoo.data.readers.dicom_codecs import PLUGIN, find_decoder, is_available
from radzoo.data.readers.dicom_codestream import check_frame
from radzoo.data.readers.dicom_file import (
    GREY,
    LAYOUT,
    MAX_READS,
    MAX_READS_OF_MANY,
    PIXELS,
    open_dataset,
    silence,
)
from radzoo.data.readers.dicom_frame import take_frame
from radzoo.data.readers.dicom_grey import (
    describe_window,
    find_padding,
    is_hounsfield,
    rescaled,
    rescaled_range,
    to_unit_range,
)
from radzoo.data.readers.dicom_palette import check_palette
from radzoo.data.readers.magic import is_dicom
from radzoo.data.refusal import ImageRefused

SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
GREYS = ("MONOCHROME1", "MONOCHROME2")
ALLOCATED = (1, 8, 16, 32, 64)


def read_dicom(path: Path, member: str = "", window: Window | None = None) -> Image:
    """Read the one frame of a DICOM image as float32 in [0, 1], bright = dense.

    Args:
        path: the file.
        member: `frame/17`, from 1, of an object of many frames; empty if it has but one.
        window: a window in Hounsfield units for CT, instead of the file's own.

    Raises:
        ImageRefused: if it holds no image, more than one frame, or cannot be decoded.
    """
    with silence(), trouble_refused():
        dataset = _open(path, member)
        check_layout(dataset)
        stored, photometric = _decode(dataset)
        pixels = _brightness(dataset, stored, photometric, window)
        if not np.isfinite(pixels).all():
            raise ImageRefused("not-finite")
        return Image(pixels, _spacing(dataset), str(dataset.PhotometricInterpretation))


def read_ranges(path: Path, member: str = "", window: Window | None = None) -> dict[str, object]:
    """Return the range of the stored values and, for grey ones, of what they stand for.

    Also which of these is black and which is white, and the window that says so.

    Raises:
        ImageRefused: as `read_dicom`.
    """
    with silence(), trouble_refused():
        dataset = _open(path, member)
        check_layout(dataset)
        stored, photometric = _decode(dataset)
        ranges: dict[str, object] = {"stored": [float(stored.min()), float(stored.max())]}
        if photometric in GREYS:
            ranges |= {"values": list(rescaled_range(dataset, stored))}
            ranges |= {"unit": "HU" if is_hounsfield(dataset) else ""}
            name, edges = describe_window(dataset, stored, window)
            inverted = photometric == "MONOCHROME1"
            ranges |= {"window": name, "shown": list(edges[::-1] if inverted else edges)}
        return ranges


def read_stored(
    path: Path, member: str = ""
) -> tuple[NDArray[Any], float, NDArray[np.float64] | None]:
    """Return the stored values without padding, the greatest that can be, and Hounsfield units.

    The units are those of all pixels `(rows, columns)`, NaN where they are padding; None where
    the values are no such units.

    Raises:
        ImageRefused: as `read_dicom`.
    """
    with silence(), trouble_refused():
        dataset = _open(path, member)
        check_layout(dataset)
        stored, photometric = _decode(dataset)
        signed = bool(dataset.get("PixelRepresentation"))
        greatest = float(2 ** (int(dataset.get("BitsStored", 64)) - signed) - 1)
        if photometric not in GREYS or stored.ndim != 2:
            return stored, greatest, None
        padding = find_padding(dataset, stored)
        kept = stored if padding is None or padding.all() else stored[~padding]
        if not is_hounsfield(dataset):
            return kept, greatest, None
        values = rescaled(dataset, stored)
        if padding is not None:
            values[padding] = np.nan
        return kept, greatest, values


def _open(path: Path, member: str) -> Dataset:
    """Read an image, or one frame of many.

    Raises:
        ImageRefused: `multi-frame` for frames too many to be read as if they were one.
    """
    wanted = (*LAYOUT, *GREY)
    if member:
        dataset = open_dataset(path, wanted, pixels=True, max_reads=MAX_READS_OF_MANY)
        take_frame(dataset, member)
        return dataset
    try:
        return open_dataset(path, wanted, pixels=True, max_reads=MAX_READS)
    except ImageRefused as refused:
        if refused.code != "too-many-elements":
            raise
    number = "NumberOfFrames"  # it stands before what each frame has of its own
    frames = open_dataset(path, (number,), pixels=False, max_reads=MAX_READS).get(number)
    raise ImageRefused("multi-frame" if int(frames or 1) > 1 else "too-many-elements")


def check_layout(dataset: Dataset) -> None:
    """Refuse what is no image, no single frame, or contradicts itself, before decoding.

    Raises:
        ImageRefused: if so.
    """
    if not any(keyword in dataset for keyword in PIXELS):
        raise ImageRefused("no-image")
    if dataset.get("SOPClassUID") in SEGMENTATIONS:
        raise ImageRefused("mask-not-image")
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        raise ImageRefused("multi-frame")
    if not dataset.get("PhotometricInterpretation") or "BitsAllocated" not in dataset:
        raise ImageRefused("bad-header")
    if dataset.BitsAllocated not in ALLOCATED:
        raise ImageRefused("bad-header")
    samples = int(dataset.get("SamplesPerPixel") or 1)
    if samples not in (1, 3):
        raise ImageRefused("unknown-colours")
    check_pixels(int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0), samples)


@contextmanager
def trouble_refused() -> Iterator[None]:
    """Turn what pydicom and the decoders raise into a refusal that quotes nothing."""
    try:
        yield
    except (ImageRefused, MemoryError):
        raise
    except InvalidDicomError:
        raise ImageRefused("unknown-format") from None
    except (EOFError, BytesLengthException, struct.error, RecursionError):
        raise ImageRefused("damaged") from None
    except (AttributeError, KeyError, TypeError):
        raise ImageRefused("bad-header") from None
    except Exception:  # noqa: BLE001  decoders raise whatever they like; none may get through
        raise ImageRefused("undecodable") from None


def _decode(dataset: Dataset) -> tuple[NDArray[Any], str]:
    """Return stored values `(rows, columns)` or RGB `(rows, columns, 3)`, and how they read."""
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        decoder = find_decoder(syntax)
    except NotImplementedError:
        raise ImageRefused("unknown-compression") from None
    if "PixelData" not in dataset:  # floating point, never compressed
        if syntax.is_encapsulated:
            raise ImageRefused("bad-header")
        pixels, meta = decoder.as_array(dataset, index=0)
        return np.asarray(pixels), str(meta["photometric_interpretation"])
    plugin = ""
    if syntax.is_encapsulated:
        check_frame(get_frame(dataset.PixelData, 0, number_of_frames=1), syntax, dataset)
        plugin = PLUGIN if is_available(syntax) else ""
    elif len(dataset.PixelData) < _plain_bytes(dataset):
        raise ImageRefused("damaged")
    # pydicom does not look at HighBit: let it keep the low bits, to drop them here.
    low = unused_low_bits(dataset)
    bits = int(dataset.BitsStored) + low
    pixels, meta = decoder.as_array(
        dataset,
        index=0,
        decoding_plugin=plugin,
        bits_stored=bits,  # type: ignore[arg-type]  # pydicom takes one option for all of them
    )
    stored = np.asarray(pixels)
    return stored >> low if low else stored, str(meta["photometric_interpretation"])


def _plain_bytes(dataset: Dataset) -> int:
    """Return how many bytes one uncompressed frame takes."""
    halved = dataset.PhotometricInterpretation == "YBR_FULL_422"  # two colours for four pixels
    samples = 2 if halved else int(dataset.get("SamplesPerPixel") or 1)
    return int(dataset.Rows) * int(dataset.Columns) * samples * int(dataset.BitsAllocated) // 8


def unused_low_bits(dataset: Dataset) -> int:
    """Return how many bits below the stored value are not part of it, such as overlays.

    Until 2014 the value could stand at the top of its word (PS3.5 8.1.1): `HighBit` says so.
    Codecs other than RLE know no such bits.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax.is_encapsulated and syntax != RLELossless:
        return 0
    high, bits = dataset.get("HighBit"), dataset.get("BitsStored")
    if high is None or bits is None or high >= int(dataset.BitsAllocated):
        return 0
    return max(0, int(high) + 1 - int(bits))


def _brightness(
    dataset: Dataset, stored: NDArray[Any], photometric: str, window: Window | None
) -> NDArray[np.float32]:
    if photometric in GREYS and stored.ndim == 2:
        return to_unit_range(dataset, stored, window)
    if window is not None:
        raise ImageRefused("not-hounsfield")
    if photometric == "PALETTE COLOR":
        check_palette(dataset)
        colour = apply_color_lut(stored, dataset)
        return full_range(to_luminance(colour), np.iinfo(colour.dtype).max)
    if photometric == "RGB" and stored.ndim == 3:
        return full_range(to_luminance(stored), 2 ** int(dataset.BitsStored) - 1)
    raise ImageRefused("unknown-colours")


def _spacing(dataset: Dataset) -> tuple[float, float] | None:
    """Return row and column spacing, at the detector where that is all that is known."""
    spacing = dataset.get("PixelSpacing") or dataset.get("ImagerPixelSpacing")
    if spacing is None or len(spacing) != 2 or min(spacing) <= 0:
        return None
    return float(spacing[0]), float(spacing[1])


READER = Reader(name="dicom", recognises=is_dicom, read=read_dicom, read_windowed=read_dicom)

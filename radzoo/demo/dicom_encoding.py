"""How the pixels of a phantom are stored: bits, polarity, compression, rescaling, window."""

from dataclasses import dataclass
from typing import Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import get_encoder

HIGHEST: Final = 4095


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to store a picture of 12 bits.

    Attributes:
        bits: stored bits: 8 drops the last four, 16 fills the whole range.
        inverted: MONOCHROME1.
        digital: digital radiography (DX) rather than computed (CR).
        window: tells the whole range as a window; else nothing is said.
        slope, intercept: rescaling; None = none is stored.
        padded: a border of padding, which is white unless a reader knows what it is.
    """

    syntax: uid.UID
    bits: int = 12
    inverted: bool = False
    digital: bool = False
    window: bool = False
    slope: float | None = None
    intercept: float | None = None
    padded: bool = False


COMPUTED: Final = (
    Kind(uid.ImplicitVRLittleEndian, inverted=True),
    Kind(uid.JPEGLosslessSV1, window=True),
    Kind(uid.JPEG2000Lossless, bits=16, window=True, slope=0.0625, intercept=-1024.0),
    Kind(uid.ExplicitVRLittleEndian, bits=8),
    Kind(uid.JPEGLSLossless, padded=True),
    Kind(uid.ExplicitVRLittleEndian, slope=2.0, intercept=100.0, padded=True),
)
DIGITAL: Final = (
    Kind(uid.ExplicitVRLittleEndian, digital=True, window=True),
    Kind(uid.RLELossless, inverted=True, digital=True, window=True),
    Kind(uid.JPEG2000Lossless, inverted=True, digital=True, window=True),
    Kind(uid.JPEGLosslessSV1, bits=16, digital=True, window=True),
    Kind(uid.DeflatedExplicitVRLittleEndian, bits=16, inverted=True, digital=True, window=True),
)


def choose_kind(scanner: str, draw: int) -> Kind:
    """Return one of the kinds that a scanner makes; `draw` is any number."""
    kinds = DIGITAL if scanner.startswith("DX") else COMPUTED
    return kinds[draw % len(kinds)]


def encode(dataset: Dataset, pixels: NDArray[np.uint16], kind: Kind) -> None:
    """Put `pixels` `(rows, columns)`, 0 to 4095 with bright = dense, into the data set."""
    stored = _store(pixels, kind)
    dataset.file_meta.TransferSyntaxUID = kind.syntax
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if kind.inverted else "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape
    dataset.BitsAllocated, dataset.BitsStored = 8 * stored.itemsize, kind.bits
    dataset.HighBit, dataset.PixelRepresentation = kind.bits - 1, 0
    _add_meaning(dataset, kind)
    data = _compress(stored, kind)
    if kind.syntax.is_encapsulated:
        dataset.PixelData = encapsulate([data])
        dataset["PixelData"].is_undefined_length = True
    else:
        dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OB" if kind.bits == 8 or kind.syntax.is_encapsulated else "OW"


def _store(pixels: NDArray[np.uint16], kind: Kind) -> NDArray[np.uint8] | NDArray[np.uint16]:
    dense = HIGHEST - pixels if kind.inverted else pixels
    if kind.bits == 8:
        return (dense >> 4).astype(np.uint8)
    if kind.bits == 16:
        return ((dense << 4) | (dense >> 8)).astype(np.uint16)
    stored = dense.astype(np.uint16)
    if kind.padded:
        band = max(1, len(stored) // 40)
        stored = np.minimum(stored, HIGHEST - 1).astype(np.uint16)
        stored[:, :band] = stored[:, -band:] = HIGHEST
    return stored


def _add_meaning(dataset: Dataset, kind: Kind) -> None:
    """Say how stored values are to be read: rescaling, window, padding."""
    slope, intercept = kind.slope or 1.0, kind.intercept or 0.0
    if kind.slope is not None or kind.digital:
        dataset.RescaleSlope, dataset.RescaleIntercept = f"{slope:g}", f"{intercept:g}"
        dataset.RescaleType = "US"
    if kind.window:
        low, high = intercept, slope * (2**kind.bits - 1) + intercept
        dataset.WindowCenter = f"{(low + high + 1) / 2:g}"
        dataset.WindowWidth = f"{high - low + 1:g}"
    if kind.digital:
        dataset.PresentationLUTShape = "INVERSE" if kind.inverted else "IDENTITY"
    if kind.padded:
        dataset.add_new("PixelPaddingValue", "US", HIGHEST)


def _compress(stored: NDArray[np.uint8] | NDArray[np.uint16], kind: Kind) -> bytes:
    if kind.syntax == uid.JPEGLosslessSV1:
        return bytes(
            imagecodecs.jpeg8_encode(stored, lossless=True, predictor=1, bitspersample=kind.bits)
        )
    if kind.syntax == uid.JPEGLSLossless:
        return bytes(imagecodecs.jpegls_encode(stored))
    if kind.syntax == uid.JPEG2000Lossless:
        return bytes(
            imagecodecs.jpeg2k_encode(
                stored, level=0, codecformat="j2k", reversible=True, bitspersample=kind.bits
            )
        )
    if kind.syntax == uid.RLELossless:
        return _run_lengths(stored)
    return stored.astype(stored.dtype.newbyteorder("<")).tobytes()


def _run_lengths(stored: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    encoded = get_encoder(uid.RLELossless).encode(
        stored,
        encoding_plugin="pydicom",
        rows=stored.shape[0],
        columns=stored.shape[1],
        samples_per_pixel=1,
        number_of_frames=1,
        bits_allocated=8 * stored.itemsize,
        bits_stored=8 * stored.itemsize,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
    )
    return bytes(encoded)

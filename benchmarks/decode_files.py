"""The radiographs of `decode.py`: 2048 x 2048, 12 bits in 16, stored in five ways."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import get_encoder

from radzoo.demo.phantom import PhantomOptions, draw_phantom

SIZE = 2048
SYNTAXES = {
    "uncompressed": uid.ExplicitVRLittleEndian,
    "RLE": uid.RLELossless,
    "JPEG lossless": uid.JPEGLosslessSV1,
    "JPEG-LS": uid.JPEGLSLossless,
    "JPEG 2000": uid.JPEG2000Lossless,
}
Pixels = NDArray[np.uint16]


def draw(count: int) -> Iterator[Pixels]:
    """Yield images made of one phantom for each 20, in 8 positions and several exposures.

    A third of the noise is smoothed away along each row, as a detector's spread does: then
    lossless compression reaches about 3:1, as it does on radiographs.
    """
    phantoms = [_draw_phantom(seed) for seed in range(-(-count // 20))]
    for number in range(count):
        image = np.rot90(phantoms[number % len(phantoms)], number // len(phantoms) % 4)
        if number // len(phantoms) % 8 >= 4:
            image = image[:, ::-1]
        yield np.ascontiguousarray(np.maximum(image, number % 7) - number % 7)


@cache
def _draw_phantom(seed: int) -> Pixels:
    sharp = draw_phantom(seed, PhantomOptions(size=SIZE)).pixels.astype(np.uint32)
    spread = np.roll(sharp, 1, 1) + 2 * sharp + np.roll(sharp, -1, 1)
    return ((spread + 2) // 4).astype(np.uint16)


def write(images: Iterator[Pixels], codec: str, folder: Path) -> list[Path]:
    """Write DICOM files with a window, every second one of them MONOCHROME1."""
    paths = []
    for number, image in enumerate(images):
        paths.append(folder / f"{number}.dcm")
        _make(image, SYNTAXES[codec], inverted=number % 2 == 1).save_as(
            paths[-1], enforce_file_format=True
        )
    return paths


def _make(image: Pixels, syntax: uid.UID, *, inverted: bool) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.SOPClassUID = uid.DigitalXRayImageStorageForPresentation
    dataset.SOPInstanceUID = uid.generate_uid()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.Modality = "DX"
    dataset.Rows, dataset.Columns = image.shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.WindowCenter, dataset.WindowWidth = 2048, 3600
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
    packed = pack(image, syntax)
    dataset.PixelData = encapsulate([packed]) if syntax.is_encapsulated else packed
    dataset["PixelData"].VR = "OB" if syntax.is_encapsulated else "OW"
    dataset["PixelData"].is_undefined_length = syntax.is_encapsulated
    return dataset


def pack(image: Pixels, syntax: uid.UID) -> bytes:
    """Compress one image."""
    if syntax == uid.JPEGLosslessSV1:
        return bytes(imagecodecs.jpeg8_encode(image, lossless=True, predictor=1, bitspersample=12))
    if syntax == uid.JPEGLSLossless:
        return bytes(imagecodecs.jpegls_encode(image))
    if syntax == uid.JPEG2000Lossless:
        return bytes(
            imagecodecs.jpeg2k_encode(
                image, level=0, codecformat="j2k", reversible=True, bitspersample=12
            )
        )
    if syntax == uid.RLELossless:
        return bytes(
            get_encoder(syntax).encode(
                image, rows=SIZE, columns=SIZE, samples_per_pixel=1, number_of_frames=1,
                bits_allocated=16, bits_stored=12, pixel_representation=0,
                photometric_interpretation="MONOCHROME2",
            )
        )  # fmt: skip
    return image.tobytes()


def unpack(packed: bytes, codec: str) -> object:
    """Decode with the bare codec: no DICOM, no window, no resizing."""
    syntax = SYNTAXES[codec]
    if syntax == uid.JPEGLosslessSV1:
        return imagecodecs.jpeg8_decode(packed)
    if syntax == uid.JPEGLSLossless:
        return imagecodecs.jpegls_decode(packed)
    if syntax == uid.JPEG2000Lossless:
        return imagecodecs.jpeg2k_decode(packed, numthreads=1)
    if syntax == uid.RLELossless:
        return imagecodecs.dicomrle_decode(packed, "<u2")
    return np.frombuffer(packed, "<u2").copy()

"""imagecodecs as a decoder of pydicom's: every JPEG, JPEG-LS, JPEG 2000, HTJ2K and RLE.

imagecodecs is BSD-licensed and decodes what pydicom with Pillow alone cannot: lossless and
12-bit JPEG, JPEG-LS, HTJ2K. This module has the shape that
`pydicom.pixels.decoders.base.Decoder.add_plugin` asks for.
"""

from typing import Any, Final

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.pixels.common import PhotometricInterpretation
from pydicom.pixels.decoders.base import Decoder, DecodeRunner, get_decoder

PLUGIN: Final = "imagecodecs"
JPEG: Final = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
JPEG_LS: Final = (uid.JPEGLSLossless, uid.JPEGLSNearLossless)
JPEG_2000: Final = (uid.JPEG2000Lossless, uid.JPEG2000)
HTJ2K: Final = (uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)
DECODER_DEPENDENCIES: Final = dict.fromkeys(
    (*JPEG, *JPEG_LS, *JPEG_2000, *HTJ2K, uid.RLELossless), ("imagecodecs",)
)


def is_available(syntax: str) -> bool:
    """Does this module decode the transfer syntax?"""
    return syntax in DECODER_DEPENDENCIES


def find_decoder(syntax: uid.UID) -> Decoder:
    """Return pydicom's decoder for a transfer syntax, with imagecodecs plugged in.

    Raises:
        NotImplementedError: if pydicom has no decoder for it.
    """
    decoder = get_decoder(syntax)
    if is_available(syntax) and PLUGIN not in decoder.available_plugins:
        decoder.add_plugin(PLUGIN, (__name__, "decode_frame"))
    return decoder


def decode_frame(source: bytes, runner: DecodeRunner) -> bytes:
    """Decode one frame to the bytes that pydicom's `DecodeRunner` expects."""
    syntax = runner.transfer_syntax
    if syntax == uid.RLELossless:
        runner.set_option("planar_configuration", 1)
        return bytes(imagecodecs.dicomrle_decode(source, f"<u{runner.bits_allocated // 8}"))
    pixels = _decode(source, syntax, colour=runner.samples_per_pixel > 1)
    if runner.samples_per_pixel > 1:
        runner.set_option("planar_configuration", 0)
    runner.set_option("bits_allocated", 8 * pixels.dtype.itemsize)
    if syntax in JPEG_2000 or syntax in HTJ2K:
        undone = (PhotometricInterpretation.YBR_ICT, PhotometricInterpretation.YBR_RCT)
        if runner.photometric_interpretation in undone:
            runner.set_option("photometric_interpretation", PhotometricInterpretation.RGB)
    return pixels.tobytes()


def _decode(source: bytes, syntax: uid.UID, *, colour: bool) -> NDArray[Any]:
    if syntax in JPEG_LS:
        pixels = imagecodecs.jpegls_decode(source)
    elif syntax in JPEG_2000:
        pixels = imagecodecs.jpeg2k_decode(source, numthreads=1)
    elif syntax in HTJ2K:
        pixels = imagecodecs.htj2k_decode(source)
    elif colour:
        # The same colour space twice: no conversion here, the DICOM header governs it.
        pixels = imagecodecs.jpeg8_decode(source, colorspace="YCBCR", outcolorspace="YCBCR")
    else:
        pixels = imagecodecs.jpeg8_decode(source)
    return np.ascontiguousarray(pixels)

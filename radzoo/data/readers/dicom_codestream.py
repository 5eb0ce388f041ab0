"""The size that a compressed image claims for itself, read without decoding it.

A file of 600 bytes can claim 60,000 x 60,000 pixels behind a header that says 64 x 64, and
a decoder believes the codestream: hence the two are compared first.
"""

from typing import Final

from pydicom import uid

from radzoo.data.readers.dicom_codecs import HTJ2K, JPEG, JPEG_2000, JPEG_LS
from radzoo.data.refusal import ImageRefused

Size = tuple[int, int]
START_OF_CODESTREAM: Final = b"\xff\x4f\xff\x51"
NOT_A_FRAME: Final = (0xC4, 0xC8, 0xCC)
JPEG_LS_FRAME: Final = 0xF7
WITHOUT_LENGTH: Final = (0x01, *range(0xD0, 0xD9))


def check_size(frame: bytes, syntax: uid.UID, rows: int, columns: int) -> None:
    """Compare the size in a compressed frame with the header's.

    Raises:
        ImageRefused: if they differ, or the frame has no size where one is required.
    """
    if syntax in JPEG or syntax in JPEG_LS:
        found = jpeg_size(frame)
    elif syntax in JPEG_2000 or syntax in HTJ2K:
        found = jpeg_2000_size(frame)
    else:
        return
    if found is None:
        raise ImageRefused("damaged")
    if found != (rows, columns):
        raise ImageRefused("size-mismatch")


def jpeg_size(frame: bytes) -> Size | None:
    """Return rows and columns of a JPEG or JPEG-LS frame header; None if there is none.

    Every frame header has to say the same, since a decoder may go by any of them.
    """
    place, sizes = 2, set()
    while place + 9 <= len(frame):
        if frame[place] != 0xFF:
            break
        marker = frame[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in WITHOUT_LENGTH:
            place += 2
        else:
            if (0xC0 <= marker <= 0xCF and marker not in NOT_A_FRAME) or marker == JPEG_LS_FRAME:
                sizes.add((_number(frame, place + 5, 2), _number(frame, place + 7, 2)))
            if marker == 0xDA:  # start of scan: compressed data follow
                break
            place += 2 + _number(frame, place + 2, 2)
    return sizes.pop() if len(sizes) == 1 else None


def jpeg_2000_size(frame: bytes) -> Size | None:
    """Return rows and columns by the SIZ marker of a JPEG 2000 codestream, boxed or bare."""
    start = 0 if frame.startswith(START_OF_CODESTREAM) else frame.find(START_OF_CODESTREAM)
    if start < 0 or start + 24 > len(frame):
        return None
    width, height, left, top = (_number(frame, start + 8 + 4 * item, 4) for item in range(4))
    return height - top, width - left


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")

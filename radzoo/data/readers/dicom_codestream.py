"""The size that a compressed image claims for itself, read without decoding it.

A file of 600 bytes can claim 60,000 x 60,000 pixels behind a header that says 64 x 64, and
a decoder believes the codestream: hence the two are compared first. What remains is bounded
by `check_growth` and `check_scans`: a small file that is a large image all of one value, or
one image told over in a thousand scans.
"""

import struct
from collections.abc import Iterator
from typing import Final

from pydicom import uid
from pydicom.dataset import Dataset

from radzoo.data.door import check_growth, check_scans
from radzoo.data.readers.dicom_codecs import HTJ2K, JPEG, JPEG_2000, JPEG_LS
from radzoo.data.refusal import ImageRefused

Size = tuple[int, int, int]
START_OF_CODESTREAM: Final = b"\xff\x4f\xff\x51"
LONGEST_HEADER: Final = 2**20
NOT_A_FRAME: Final = (0xC4, 0xC8, 0xCC)
JPEG_LS_FRAME: Final = 0xF7
START_OF_SCAN: Final = 0xDA
LOSSLESS_FRAMES: Final = (0xC3, JPEG_LS_FRAME)
RLE_HEAD: Final = 64
MAX_MARKERS: Final = 10_000  # fill bytes among them; there are ten or so
WITHOUT_LENGTH: Final = (0x01, *range(0xD0, 0xD9))


def check_frame(frame: bytes, syntax: uid.UID, dataset: Dataset) -> None:
    """Compare rows, columns and samples in a compressed frame with the header's.

    Raises:
        ImageRefused: if they differ, if the frame has no size where one is required, or if
            it would grow beyond all measure.
    """
    samples = int(dataset.get("SamplesPerPixel") or 1)
    wanted = (int(dataset.Rows), int(dataset.Columns), samples)
    word = int(dataset.BitsAllocated) // 8 or 1
    check_growth(len(frame), wanted[0] * wanted[1] * samples * word)
    if syntax == uid.RLELossless:
        return _check_segments(frame, samples * word)
    if syntax in JPEG or syntax in JPEG_LS:
        if samples > 1 or _paints_over(frame):
            check_scans(frame)
        found = jpeg_size(frame)
    elif syntax in JPEG_2000 or syntax in HTJ2K:
        found = jpeg_2000_size(frame)
    else:
        return None
    if found is None:
        raise ImageRefused("damaged")
    if found != wanted:
        raise ImageRefused("size-mismatch")
    return None


def jpeg_size(frame: bytes) -> Size | None:
    """Return rows, columns and samples of a JPEG or JPEG-LS frame header; None if it has none.

    Every frame header has to say the same, since a decoder may go by any of them.
    """
    sizes = {
        (_number(frame, place + 5, 2), _number(frame, place + 7, 2), frame[place + 9])
        for place, marker in _markers(frame)
        if _is_frame(marker)
    }
    return sizes.pop() if len(sizes) == 1 else None


def _markers(frame: bytes) -> Iterator[tuple[int, int]]:
    """Give place and kind of each marker segment, up to the first scan, fill bytes left out."""
    place = 2
    for _ in range(MAX_MARKERS):
        if place + 10 > len(frame) or frame[place] != 0xFF:
            return
        marker = frame[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in WITHOUT_LENGTH:
            place += 2
        else:
            yield place, marker
            if marker == START_OF_SCAN:
                return
            place += 2 + _number(frame, place + 2, 2)
    raise ImageRefused("damaged")


def _is_frame(marker: int) -> bool:
    return (0xC0 <= marker <= 0xCF and marker not in NOT_A_FRAME) or marker == JPEG_LS_FRAME


def _paints_over(frame: bytes) -> bool:
    """May a decoder read more than one scan of one component? Of lossless kinds it reads one.

    Only one frame header, of a lossless kind, with a scan behind it, counts as that: at a
    second scan libjpeg-turbo and CharLS end with an error.
    """
    markers = [marker for _, marker in _markers(frame)]
    frames = [marker for marker in markers if _is_frame(marker)]
    whole = bool(markers) and markers[-1] == START_OF_SCAN
    return not (whole and len(frames) == 1 and frames[0] in LOSSLESS_FRAMES)


def jpeg_2000_size(frame: bytes) -> Size | None:
    """Return rows, columns and samples of a JPEG 2000 codestream, boxed or bare.

    Whatever looks like the start of a codestream has to say the same: a box may hold a
    decoy in front of the one that is decoded. A bare codestream has none behind its header.
    """
    sizes: set[Size] = set()
    start = frame.find(START_OF_CODESTREAM)
    stop = LONGEST_HEADER if start == 0 else len(frame)
    looks = 0
    while start >= 0 and len(sizes) < 2:
        looks += 1
        if start + 42 > len(frame) or looks > MAX_MARKERS:
            return None
        width, height, left, top = (_number(frame, start + 8 + 4 * item, 4) for item in range(4))
        sizes.add((height - top, width - left, _number(frame, start + 40, 2)))
        start = frame.find(START_OF_CODESTREAM, start + 1, stop)
    return sizes.pop() if len(sizes) == 1 else None


def _check_segments(frame: bytes, expected: int) -> None:
    """Check the table at the head of an RLE frame (PS3.5 G.5): one segment for each byte."""
    if len(frame) < RLE_HEAD:
        raise ImageRefused("damaged")
    count, *offsets = struct.unpack_from("<16I", frame)
    used = offsets[: min(count, 15)]
    if count != expected:
        raise ImageRefused("size-mismatch")
    if used[0] != RLE_HEAD or used != sorted(set(used)) or used[-1] >= len(frame):
        raise ImageRefused("damaged")


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")

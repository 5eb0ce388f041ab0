"""The main header of a JPEG 2000 codestream: what it says, and how to ask less of the decoder.

Nearly all the time of decoding goes into bits of detail that a small picture does not show.
A decoder reads as many bit planes of each part of the wavelet transform as the header says
there are: a header that speaks of fewer gets the same image, coarser and sooner.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

START: Final = b"\xff\x4f\xff\x51"
SIZE_AT: Final = 8
DEPTH_AT: Final = 42
CODING_STYLE, QUANTISATION, START_OF_DATA, START_OF_TILE = 0x52, 0x5C, 0x93, 0x90
OVERRULING: Final = (0x53, 0x5D, 0x5E)  # for one component, or one region
HIGH_THROUGHPUT: Final = 0x40
STEP_BYTES: Final = {0: 1, 2: 2}  # by style of quantisation; of style 1 there is one step for all
MOST_GUARD_BITS: Final = 2
MAX_MARKERS: Final = 1000
LEAST_BITS: Final = 10


@dataclass(frozen=True, slots=True)
class Codestream:
    """What the main header says.

    Attributes:
        bits, signed: of each sample.
        levels: how often the image may be halved.
        plain: one component, from the origin, in one tile, nothing said twice.
        reversible: by whole numbers, without loss unless bits were left out.
        exponents: where the numbers of bit planes stand, one for each subband from the
            coarsest on; empty if they cannot be lowered.
    """

    bits: int
    signed: bool
    levels: int
    plain: bool
    reversible: bool
    exponents: range


def read_codestream(frame: bytes) -> Codestream | None:
    """Read the main header; None if it is not one."""
    start = frame.find(START)
    if start < 0:
        return None
    places, again = _find_markers(frame, start + 2)
    style, steps = places.get(CODING_STYLE), places.get(QUANTISATION)
    if style is None or steps is None:
        return None
    sizes = [_number(frame, start + SIZE_AT + 4 * item, 4) for item in range(8)]
    width, height, *offsets, tile_width, tile_height, tile_left, tile_top = sizes
    one_tile = tile_width >= width and tile_height >= height
    from_origin = not any((*offsets, tile_left, tile_top))
    one_component = _number(frame, start + DEPTH_AT - 2, 2) == 1
    usual = not again and not frame[style + 12] & HIGH_THROUGHPUT
    depth, levels = frame[start + DEPTH_AT], frame[style + 9]
    return Codestream(
        bits=(depth & 0x7F) + 1,
        signed=depth >= 0x80,
        levels=levels,
        plain=one_tile and from_origin and one_component and usual,
        reversible=frame[style + 13] == 1,
        exponents=_find_exponents(frame, steps, levels) if start == 0 else range(0),
    )


def find_planes(stream: Codestream, most: float) -> int:
    """Return how many bit planes may be left out, where stored values may change by `most`."""
    planes = 0
    if stream.reversible and stream.exponents:
        while stream.bits - planes > LEAST_BITS and 2 ** (planes + 1) <= most:
            planes += 1
    return planes


def thin(frame: bytes, stream: Codestream, levels: int, planes: int) -> tuple[bytes, Codestream]:
    """Return the same image with fewer bits, for a decoder that halves it `levels` times.

    Without the last `planes` bit planes it is an image of so many bits less. Left out as well
    is the finest diagonal detail of what is decoded.
    """
    if not stream.exponents:
        return frame, stream
    thinner = bytearray(frame)
    thinner[DEPTH_AT] -= planes
    for place in stream.exponents:
        thinner[place] -= min(planes, thinner[place] >> 3) << 3
    if levels < stream.levels:
        thinner[stream.exponents[3 * (stream.levels - levels)]] &= 0x07
    return bytes(thinner), replace(stream, bits=stream.bits - planes)


def _find_markers(frame: bytes, place: int) -> tuple[dict[int, int], bool]:
    """Return where each marker stands up to the data, and whether one may overrule another."""
    places: dict[int, int] = {}
    counts: Counter[int] = Counter()
    for _ in range(MAX_MARKERS):
        if place + 16 > len(frame) or frame[place] != 0xFF or START_OF_DATA in counts:
            break
        marker = frame[place + 1]
        places.setdefault(marker, place)
        counts[marker] += 1
        place += 2 + _number(frame, place + 2, 2)
    twice = counts[CODING_STYLE] > 1 or counts[QUANTISATION] > 1
    overruled = any(counts[marker] for marker in OVERRULING)
    return places, twice or overruled or START_OF_DATA not in counts


def _find_exponents(frame: bytes, place: int, levels: int) -> range:
    style, stop = frame[place + 4], place + 2 + _number(frame, place + 2, 2)
    step = STEP_BYTES.get(style & 0x1F)
    if step is None or style >> 5 > MOST_GUARD_BITS or stop > len(frame):
        return range(0)
    exponents = range(place + 5, stop, step)
    return exponents if len(exponents) == 3 * levels + 1 else range(0)


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")

"""Palettes of DICOM that are stored in segments: how many entries they grow to.

A segment of three words can stand for 65,535 entries, and pydicom expands whatever there is
(PS3.3 C.7.9.2); a palette has 65,536 entries at most.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from radzoo.data.refusal import ImageRefused

COLOURS: Final = ("Red", "Green", "Blue")
MOST: Final = 65_536
DISCRETE, LINEAR, INDIRECT = 0, 1, 2


def check_palette(dataset: Dataset) -> None:
    """Refuse a palette whose segments grow to more entries than a palette has.

    Raises:
        ImageRefused: if so, or if its segments refer to segments that refer again.
    """
    for colour in COLOURS:
        data = dataset.get(f"Segmented{colour}PaletteColorLookupTableData")
        if data:
            bits = int(dataset[f"{colour}PaletteColorLookupTableDescriptor"].value[2])
            big = dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
            kind = "u1" if bits == 8 else (">u2" if big else "<u2")
            words = np.frombuffer(data, kind, len(data) // np.dtype(kind).itemsize)
            if _grow(words.tolist(), len(words), wide=bits != 8) > MOST:
                raise ImageRefused("inflates-too-far")


def _grow(words: Sequence[int], segments: int, *, wide: bool, nested: bool = False) -> int:
    """Return how many entries the first `segments` make; the sum ends beyond the most."""
    place, entries, seen = 0, 0, 0
    while place + 1 < len(words) and seen < segments and entries <= MOST:
        kind, length = words[place : place + 2]
        place += 2
        if kind == INDIRECT:
            if nested:
                raise ImageRefused("bad-header")
            start = _number(words[place : place + (2 if wide else 4)], 16 if wide else 8)
            entries += _grow(words[start:], length, wide=wide, nested=True)
            place += 2 if wide else 4
        else:
            entries += length
            place += length if kind == DISCRETE else 1
        seen += 1
    return entries


def _number(words: Sequence[int], bits: int) -> int:
    return sum(word << bits * place for place, word in enumerate(words))

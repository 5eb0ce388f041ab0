"""Lookup tables of DICOM: the modality LUT and the VOI LUT.

pydicom's own functions hold the index in the type of the table or of the pixels, so that it
wraps around in an 8-bit table or far below zero; here it is an integer wide enough.
"""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from radzoo.data.refusal import ImageRefused

Values = NDArray[np.float64]
LARGEST: Final = 65536
SIGN: Final = 32768


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table and the input value that its first entry belongs to (PS3.3 C.11.1.1.1).

    Attributes:
        entries: `(n_entries,)`, never empty.
        first: the first input value mapped; may be below zero.
    """

    entries: Values
    first: int

    @classmethod
    def of(cls, item: Dataset, *, little_endian: bool) -> Self:
        """Read the item of a modality or VOI LUT sequence.

        Tables of 8 bits come as bytes, as one entry in each 16-bit word, or as two.

        Raises:
            ImageRefused: if the descriptor and the data do not fit each other.
        """
        count, first, bits = (int(number) for number in item.LUTDescriptor)
        count = count % LARGEST or LARGEST  # 0 means 65,536; a signed reading is undone
        data = item.LUTData
        if isinstance(data, bytes):
            entries = _unpack(data, count, bits, "<u2" if little_endian else ">u2")
        else:
            entries = _narrow(np.atleast_1d(np.asarray(data, dtype=np.int64)), count, bits)
        if bits not in (8, *range(10, 17)) or entries.size < count:
            raise ImageRefused("bad-header")
        return cls(entries[:count].astype(np.float64), first)

    def look_up(self, values: NDArray[Any]) -> Values:
        """Return the entry of each value; the ends of the table go on for ever.

        Values between integers are rounded. A first value that was written as a negative
        number but read as one from 32,768 upwards is understood if the values demand it.
        """
        first = self.first
        if first >= SIGN and values.size and values.min() < 0 and values.max() < first:
            first -= LARGEST
        index = np.rint(values).astype(np.int64) - first
        return np.asarray(self.entries[np.clip(index, 0, self.entries.size - 1)])

    def to_unit(self, values: NDArray[Any]) -> Values:
        """Look up, and map the lowest entry to 0 and the highest to 1.

        Raises:
            ImageRefused: if all entries are the same.
        """
        low, high = float(self.entries.min()), float(self.entries.max())
        if high <= low:
            raise ImageRefused("bad-header")
        return (self.look_up(values) - low) / (high - low)


def _unpack(data: bytes, count: int, bits: int, words: str) -> NDArray[Any]:
    """Return the entries of a table that was stored as plain bytes."""
    if bits == 8 and count <= len(data) < 2 * count:
        return np.frombuffer(data, np.uint8)
    return np.frombuffer(data[: len(data) // 2 * 2], words)


def _narrow(entries: NDArray[Any], count: int, bits: int) -> NDArray[Any]:
    """Split words that hold two entries of 8 bits, the low byte first."""
    entries = entries % LARGEST  # a signed reading is undone
    if bits == 8 and 2 * entries.size in (count, count + 1):
        return entries.astype("<u2").view(np.uint8)
    return entries

"""Averages over blocks of stored values, each value mapped to 0..1 before it is averaged.

A radiograph has four million pixels and a network takes fifty thousand. Here blocks of whole
pixels are averaged in one pass, in pieces that stay in the processor's cache; what is left
to resample is small. Most maps are a ramp with flat ends: those need no look-up, since the
average of clipped values can be mapped afterwards.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from radzoo.data.resize import Target, scale

LEAST_LEFT: Final = 2.0
RAMP_ERROR: Final = 2.0**-12
PIECE_VALUES: Final = 2**17
Stored = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Small:
    """A square in [0, 1], and the shape of the image that it was made of."""

    pixels: NDArray[np.float32]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Table:
    """What every stored value looks like.

    Attributes:
        first: the stored value of the first entry.
        shown: float32 in [0, 1], one entry for each stored value from `first` on.
    """

    first: int
    shown: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ramp:
    """A table that rises or falls evenly from `low` to `high` and is flat outside."""

    low: int
    high: int
    at_low: float
    at_high: float

    @property
    def per_step(self) -> float:
        """How much one step of the stored value changes what is shown."""
        return (self.at_high - self.at_low) / max(1, self.high - self.low)


def find_factors(rows: int, columns: int, target: Target) -> tuple[int, int]:
    """Rows and columns of the blocks that may be averaged before the image is resampled.

    At least twice as many pixels as wanted are left along each axis: then the result is as
    good as equal to resampling the whole image (docs/concepts/pixels.md has the figures).
    """
    high, wide = target.scaled(rows, columns)
    return max(1, int(rows / high / LEAST_LEFT)), max(1, int(columns / wide / LEAST_LEFT))


def shrink(stored: Stored, table: Table, target: Target) -> NDArray[np.float32]:
    """Map stored values `(rows, columns)` by the table and bring them to the target's square.

    Raises:
        LookupError: if there is a value that the table lacks.
    """
    rows, columns = stored.shape
    factors = find_factors(rows, columns, target)
    means = block_means(stored, table, factors)
    box = (0.0, 0.0, columns / factors[1], rows / factors[0])
    return target.place(scale(means, *target.scaled(rows, columns), target.interpolation, box))


def block_means(stored: Stored, table: Table, factors: tuple[int, int]) -> NDArray[np.float32]:
    """Return the mean of the mapped values of each block; those at the far edges may be smaller."""
    down, across = factors
    rows, columns = stored.shape
    ramp, whole = find_ramp(table), rows - rows % down
    base = _find_base(ramp, stored.dtype, down * across) if ramp else 0
    means = np.empty((-(-rows // down), -(-columns // across)), dtype=np.float32)
    step = max(1, PIECE_VALUES // (columns * down)) * down
    buffer = np.empty((min(step, rows), columns), dtype=stored.dtype)
    for start in (*range(0, whole, step), *([whole] if whole < rows else [])):
        stop = min(start + step, whole) if start < whole else rows
        high = min(down, stop - start)
        piece = stored[start:stop]
        _check_values(piece, table)
        if ramp is None:
            sums = _add(table.shown[_index(piece, table)], high, across, np.float32)
        else:
            sums = _add_clipped(piece, ramp, base, high, across, buffer[: len(piece)])
        means[start // down : -(-stop // down)] = sums
    if whole < rows:
        means[-1:] *= down / (rows - whole)
    if columns % across:
        means[:, -1] *= across / (columns % across)
    if ramp is None:
        means /= down * across
    else:  # what was summed are stored values above the base
        means *= np.float32(ramp.per_step / (down * across))
        means += np.float32(ramp.at_low + ramp.per_step * (base - ramp.low))
    return np.clip(means, 0, 1, out=means)


def find_ramp(table: Table) -> Ramp | None:
    """Return the ramp that the table is, to within `RAMP_ERROR`; None if it is none."""
    shown = table.shown
    changes = np.flatnonzero(shown[1:] != shown[:-1])
    low, high = (int(changes[0]), int(changes[-1]) + 1) if changes.size else (0, 0)
    even = np.linspace(shown[low], shown[high], high - low + 1)
    if np.abs(shown[low : high + 1] - even).max() > RAMP_ERROR:
        return None
    return Ramp(table.first + low, table.first + high, float(shown[low]), float(shown[high]))


def _check_values(piece: Stored, table: Table) -> None:
    may_be_below = piece.dtype.kind == "i" or table.first > 0
    if int(piece.max()) >= table.first + len(table.shown) or (
        may_be_below and int(piece.min()) < table.first
    ):
        raise LookupError


def _index(piece: Stored, table: Table) -> Stored:
    return piece if table.first == 0 else piece.astype(np.int32) - table.first


def _find_base(ramp: Ramp, dtype: np.dtype[Any], count: int) -> int:
    """Return what to take from every clipped value before `count` of them are added up.

    Nothing, if that is right as it is; else the low end of the ramp, so that no value is
    below 0, or that sums of 16 bits will do.
    """
    fits, would_fit = (most * count < 2**16 for most in (ramp.high, ramp.high - ramp.low))
    return 0 if dtype.kind == "u" and (fits or not would_fit) else ramp.low


def _add_clipped(
    piece: Stored, ramp: Ramp, base: int, down: int, across: int, clipped: Stored
) -> Stored:
    np.clip(piece, ramp.low, ramp.high, out=clipped)
    if piece.dtype.kind == "i":  # differences wrap around rightly in unsigned numbers
        clipped = clipped.view(f"u{piece.itemsize}")
    if base:
        clipped -= np.asarray(base).astype(clipped.dtype)
    small = (ramp.high - base) * down * across < 2**16
    return _add(clipped, down, across, np.uint16 if small else np.uint32)


def _add(values: Stored, down: int, across: int, dtype: DTypeLike) -> Stored:
    """Sum blocks; `down` divides the rows, and the last block of a row may be narrower."""
    rows, columns = values.shape
    bands: Stored = values.reshape(rows // down, down, columns).sum(axis=1, dtype=dtype)
    sums: Stored = bands[:, ::across].copy()
    for offset in range(1, across):
        part = bands[:, offset::across]
        sums[:, : part.shape[1]] += part
    return sums

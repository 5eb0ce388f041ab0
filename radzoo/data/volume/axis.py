"""One axis of a volume that is brought to another step and another length.

Nothing but elementwise float32 arithmetic in a fixed order, so that every machine computes
the same numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
TURNED_BYTES: Final = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Axis:
    """Where the voxels of the result lie along one axis of the stored volume.

    The volume is divided anew into `whole` voxels with a common centre; of these, those from
    `first` on are wanted, and what is beyond them is empty.

    Attributes:
        stored: voxels that there are.
        step: from one new voxel to the next, in stored voxels.
        whole: new voxels that cover the stored ones.
        first: number of the first that is wanted; below 0 if empty ones come before.
        length: how many are wanted.
        centre: where the middle of the wanted ones lies instead, in stored voxels from the
            first's centre; then those are inside whose own centre lies in the volume.
    """

    stored: int
    step: float
    whole: int
    first: int
    length: int
    centre: float | None = None

    @classmethod
    def around(
        cls, stored: int, step: float, length: int, centre: float, margin: int = 0
    ) -> "Axis":
        """Return the axis whose result has another place in its middle; see `centred`."""
        wanted = length + 2 * margin
        return cls(stored, step, wanted, 0, wanted, centre)

    @classmethod
    def centred(cls, stored: int, step: float, length: int, margin: int = 0) -> "Axis":
        """Return the axis whose result has the middle of the volume, or all, in its middle.

        Args:
            stored: voxels that there are.
            step: of the new voxels, in stored ones.
            length: new voxels that are wanted, without margins.
            margin: so many more on either side.
        """
        whole = max(1, round(stored / step))
        first = int((whole - length) / 2)  # towards 0: as images are cut and padded
        return cls(stored, step, whole, first - margin, length + 2 * margin)

    @property
    def inside(self) -> slice:
        """Which of the wanted voxels lie in the volume."""
        if self.centre is not None:
            first = ceil((-0.5 - self.place(0)) / self.step)
            last = ceil((self.stored - 0.5 - self.place(0)) / self.step)
            begin = min(max(0, first), self.length)
            return slice(begin, max(begin, min(self.length, last)))
        start = min(max(0, -self.first), self.length)
        return slice(start, max(start, min(self.length, self.whole - self.first)))

    def place(self, number: float) -> float:
        """Return where a wanted voxel lies, counted in stored voxels from the first's centre."""
        if self.centre is not None:
            return self.centre + (number - (self.length - 1) / 2) * self.step
        return (self.stored - 1) / 2 + (number + self.first - (self.whole - 1) / 2) * self.step

    def nearest(self) -> NDArray[np.intp]:
        """Return the stored voxel next to each wanted one that is inside."""
        places = [self.place(number) for number in range(self.length)[self.inside]]
        return np.clip(np.floor(np.array(places) + 0.5), 0, self.stored - 1).astype(np.intp)

    @property
    def needed(self) -> slice:
        """Which stored voxels count for any that is wanted."""
        numbers = range(self.length)[self.inside]
        if not numbers:
            return slice(0, 0)
        return slice(self._counting(numbers[0]).start, self._counting(numbers[-1]).stop)

    def weights(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Give, for each wanted voxel inside, the first stored voxel that counts, and weights.

        A triangle one step wide on either side: linear where voxels get smaller, and without
        aliasing where they get larger.
        """
        for number in range(self.length)[self.inside]:
            counting = self._counting(number)
            away = np.abs(np.arange(counting.start, counting.stop) - self.place(number))
            parts = np.maximum(0, 1 - away / max(1.0, self.step))
            yield counting.start, (parts / parts.sum()).astype(np.float32)

    def _counting(self, number: int) -> range:
        """Return the stored voxels that count for a wanted one."""
        place, reach = self.place(number), max(1.0, self.step)
        low, high = int(np.ceil(place - reach)), int(np.floor(place + reach))
        return range(max(0, low), min(self.stored - 1, high) + 1)


def resample(values: NDArray[np.float32], axes: Sequence[Axis]) -> NDArray[np.float32]:
    """Return the wanted voxels that lie inside the volume, by linear interpolation.

    Axes that get shorter come first, so that little is held in between. The order depends on
    nothing but the steps: margins must not change a single bit.
    """
    values = values[tuple(axis.needed for axis in axes)]
    for place in sorted(range(len(axes)), key=lambda place: axes[place].step < 1):
        values = _along(values, place, axes[place])
    return values


def take_nearest(labels: NDArray[Number], axes: Sequence[Axis]) -> NDArray[Number]:
    """Return the labels at the wanted voxels that lie inside the volume."""
    return labels[np.ix_(*(axis.nearest() for axis in axes))]


def put_inside(inner: NDArray[Any], axes: Sequence[Axis]) -> NDArray[Any]:
    """Return all wanted voxels; those outside the volume are 0."""
    whole = np.zeros([axis.length for axis in axes], inner.dtype)
    whole[tuple(axis.inside for axis in axes)] = inner
    return whole


def _along(values: NDArray[np.float32], place: int, axis: Axis) -> NDArray[np.float32]:
    """Resample one axis, of which what is needed is there; at its own step it is as it is."""
    if axis.step == 1 and axis.centre is None:
        first = axis.inside.start + axis.first - axis.needed.start
        cut = slice(first, first + _length(axis))
        return values[tuple(cut if one == place else slice(None) for one in range(values.ndim))]
    shape = list(values.shape)
    shape[place] = _length(axis)
    made = np.empty(shape, np.float32)
    if place + 1 < values.ndim:
        _combine(np.moveaxis(values, place, 0), np.moveaxis(made, place, 0), axis)
        return made
    # Neighbours of the last axis lie side by side, where sums of whole planes are slow: some
    # slices at a time are turned before and after.
    slices = max(1, TURNED_BYTES // max(1, values[:1].nbytes))
    for start in range(0, len(values), slices):
        part = values[start : start + slices]
        turned = np.ascontiguousarray(np.moveaxis(part, place, 0))
        wanted = np.empty((shape[place], *turned.shape[1:]), np.float32)
        _combine(turned, wanted, axis)
        made[start : start + slices] = np.moveaxis(wanted, 0, place)
    return made


def _combine(stored: NDArray[np.float32], wanted: NDArray[np.float32], axis: Axis) -> None:
    """Write the weighted sums of stored planes to the wanted ones."""
    part, start = np.empty(wanted.shape[1:], np.float32), axis.needed.start
    for into, (low, weights) in zip(wanted, axis.weights(), strict=True):
        np.multiply(stored[low - start], weights[0], out=into)
        for number, weight in enumerate(weights[1:], low - start + 1):
            into += np.multiply(stored[number], weight, out=part)


def _length(axis: Axis) -> int:
    return len(range(axis.length)[axis.inside])

"""The canonical orientation of a volume, reached by swapping and flipping axes alone.

Slices go from the feet to the head, rows from front to back, columns from the patient's
right to the left: an axial slice looks as radiologists hang it. No voxel is resampled: an
oblique volume gets the axes nearest to these, and its affine keeps the angle.
"""

from dataclasses import dataclass
from itertools import permutations
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Affine

Number = TypeVar("Number", bound=np.generic)

CANONICAL: Final = (2, 1, 0)
"""The patient axis (0 = x, 1 = y, 2 = z of LPS) that slices, rows and columns run along."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How to turn an array into the canonical orientation.

    Attributes:
        order: the stored axis that becomes slices, that becomes rows, that becomes columns.
        flips: is it then reversed?
    """

    order: tuple[int, int, int]
    flips: tuple[bool, bool, bool]

    def apply(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return a view of `values` with its first three axes turned."""
        rest = tuple(range(3, values.ndim))
        turned = values.transpose(*self.order, *rest)
        return turned[tuple(slice(None, None, -1 if flip else 1) for flip in self.flips)]

    def undo(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return a view of turned `values` as they were before `apply`."""
        rest = tuple(range(3, values.ndim))
        back = values[tuple(slice(None, None, -1 if flip else 1) for flip in self.flips)]
        return back.transpose(*(self.order.index(axis) for axis in range(3)), *rest)

    def apply_to_affine(self, affine: Affine, shape: tuple[int, ...]) -> Affine:
        """Return the affine of the turned array; `shape` is that of the stored one."""
        turned = affine.copy()
        for place, (axis, flip) in enumerate(zip(self.order, self.flips, strict=True)):
            step = affine[:3, axis]
            turned[:3, place] = -step if flip else step
            if flip:
                turned[:3, 3] += step * (shape[axis] - 1)
        return turned


def find_turn(affine: NDArray[Any]) -> Turn:
    """Return the turn that brings the stored axes nearest to the canonical ones.

    Of all ways to pair stored axes with patient axes, the one whose angles are smallest in
    all; if two are equal (45 degrees), the one that moves fewer axes.
    """
    cosines = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    orders = sorted(permutations(range(3)), key=lambda order: sum(map(int.__ne__, order, range(3))))
    closeness = [
        sum(abs(cosines[patient, axis]) for patient, axis in zip(CANONICAL, order, strict=True))
        for order in orders
    ]
    best = orders[int(np.argmax(np.round(closeness, 9)))]
    flips = [
        bool(cosines[patient, axis] < 0) for patient, axis in zip(CANONICAL, best, strict=True)
    ]
    return Turn((best[0], best[1], best[2]), (flips[0], flips[1], flips[2]))

"""Putting a block of labels where it lies on the grid of an image."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Affine
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.grid import Grid
from radzoo.data.volume.stack import TOLERANCE_MM

Labels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Placing:
    """How the axes of a block run along those of a grid.

    Attributes:
        order: the grid's axis of each axis of the block.
        signs: 1 if they run the same way, -1 if the other.
        start: index on the grid of the block's first voxel, by the grid's axes.
    """

    order: tuple[int, int, int]
    signs: tuple[int, int, int]
    start: tuple[int, int, int]

    def view(self, labels: Labels, shape: tuple[int, ...]) -> Labels:
        """Return the part of `labels` (on the grid) that a block of `shape` covers."""
        parts: list[slice] = [slice(None)] * 3
        for size, axis, sign in zip(shape, self.order, self.signs, strict=True):
            first = self.start[axis]
            last = first + sign * (size - 1)
            parts[axis] = slice(min(first, last), max(first, last) + 1)
        covered = labels[tuple(parts)].transpose(self.order)
        return covered[tuple(slice(None, None, sign) for sign in self.signs)]


def find_placing(shape: tuple[int, ...], affine: Affine, grid: Grid) -> Placing:
    """Find where a block lies; its voxels must be voxels of the grid within 0.1 mm.

    Args:
        shape: of the block, `(slices, rows, columns)`.
        affine: of the block, as of `core.volume.Volume`.
        grid: of the image.

    Raises:
        ImageRefused: `mask-off-grid`, or `no-geometry` if the image has no place.
    """
    if grid.affine is None:
        raise ImageRefused("no-geometry")
    relative = np.linalg.inv(grid.affine) @ affine
    whole = np.rint(relative)
    turn = np.abs(whole[:3, :3])
    if not (turn.max() == 1 and (turn.sum(axis=0) == 1).all() and (turn.sum(axis=1) == 1).all()):
        raise ImageRefused("mask-off-grid")
    corners = np.array(list(product(*[(0, size - 1) for size in shape], [1])), dtype=np.float64)
    wanted, found = corners @ (grid.affine @ whole).T, corners @ affine.T
    if np.linalg.norm(wanted - found, axis=1).max() > TOLERANCE_MM:
        raise ImageRefused("mask-off-grid")
    indices = (corners @ whole.T)[:, :3]
    if indices.min() < 0 or (indices.max(axis=0) >= grid.shape).any():
        raise ImageRefused("mask-off-grid")
    order = [int(axis) for axis in np.argmax(turn, axis=0)]
    signs = [int(whole[axis, place]) for place, axis in enumerate(order)]
    start = [int(index) for index in whole[:3, 3]]
    return Placing(
        (order[0], order[1], order[2]), (signs[0], signs[1], signs[2]),
        (start[0], start[1], start[2]),
    )  # fmt: skip


def lies_on(position: NDArray[np.float64], grid: Grid) -> bool:
    """Does a point lie within 0.1 mm of the plane of the first slice?"""
    if grid.affine is None:
        return False
    across = np.cross(grid.affine[:3, 1], grid.affine[:3, 2])
    away = (position - grid.affine[:3, 3]) @ (across / np.linalg.norm(across))
    return bool(abs(away) <= TOLERANCE_MM)


def frame_affine(steps: Affine, grid: Grid) -> Affine:
    """Return the affine of one frame as a block of one slice.

    A frame has no slice axis of its own: it takes the grid's axis nearest to its normal, so
    that frames of a stack with a tilted gantry fit as well.

    Args:
        steps: 4 x 4, whose first column is the frame's normal.
        grid: of the image.

    Raises:
        ImageRefused: `no-geometry` if the image has no place.
    """
    if grid.affine is None:
        raise ImageRefused("no-geometry")
    axes = grid.affine[:3, :3]
    along = np.abs(steps[:3, 0] @ (axes / np.linalg.norm(axes, axis=0)))
    affine = steps.copy()
    affine[:3, 0] = axes[:, int(np.argmax(along))]
    return affine

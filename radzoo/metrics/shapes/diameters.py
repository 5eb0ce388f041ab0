"""Diameters: the longest in space, and in the plane of a slice the longest and the one across.

A mask ends where its voxels do: distances are taken between the middles of the voxels' outer
faces, which are the corners of the mesh that marching cubes would draw. Between voxel centres
a sphere would be a voxel too small, between voxel corners too large.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix
from radzoo.metrics.masks.overlap import Voxels

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlaneDiameters:
    """Of the slice with the longest diameter.

    Attributes:
        longest_mm: the longest distance in any slice.
        across_mm: how wide the same slice is at a right angle to it, within the slice.
        slice: number of the slice, from 0.
    """

    longest_mm: float
    across_mm: float
    slice: int


def outer_faces(mask: Voxels) -> Points:
    """Return the middles of faces between inside and outside, in voxels, `(n, ndim)`.

    Of each line of voxels along an axis only the first and the last: what is between them
    cannot be farthest from anything.
    """
    found = []
    for axis in range(mask.ndim):
        along = np.moveaxis(mask, axis, -1)
        lines = np.argwhere(along.any(axis=-1))
        within = along[tuple(lines.T)]
        first = within.argmax(axis=-1)
        last = within.shape[-1] - 1 - within[:, ::-1].argmax(axis=-1)
        places = lines.astype(np.float64)
        found += [np.insert(places, axis, ends, axis=1) for ends in (first - 0.5, last + 0.5)]
    return np.concatenate(found)


def longest_diameter(mask: Voxels, axes: Matrix) -> float:
    """Return the largest distance in mm between two outer faces (maximum Feret diameter).

    PyRadiomics calls it Maximum 3D diameter. Of a structure in several parts it reaches from
    one to the other.

    Args:
        mask: 2-D or 3-D, true somewhere.
        axes: the step in mm from voxel to voxel along each axis as a column.
    """
    return farthest(corners_of(outer_faces(mask) @ axes.T))[0]


def plane_diameters(mask: Voxels, axes: Matrix) -> PlaneDiameters:
    """Return the longest diameter within a slice and the width across it, of the best slice.

    Slices run along the first axis; an area is one slice. Of shapes without dents the two are
    what RECIST 1.1 calls long and short axis of a lesion.

    Args:
        mask: 2-D or 3-D, true somewhere.
        axes: the step in mm from voxel to voxel along each axis as a column.

    References:
        Eisenhauer EA et al. New response evaluation criteria in solid tumours: revised RECIST
        guideline (version 1.1). European Journal of Cancer 2009;45:228-247.
    """
    slices, steps = (mask[None], axes) if mask.ndim == 2 else (mask, axes[:, 1:])
    best = PlaneDiameters(0.0, 0.0, 0)
    for number in np.flatnonzero(slices.any(axis=(1, 2))).tolist():
        points = outer_faces(slices[number]) @ steps.T
        reach = np.ptp(points, axis=0)
        if np.linalg.norm(reach) <= best.longest_mm:
            continue
        corners = corners_of(points)
        longest, (one, other) = farthest(corners)
        if longest > best.longest_mm:
            best = PlaneDiameters(longest, width_across(corners, one, other, steps), number)
    return best


def corners_of(points: Points) -> Points:
    """Return the corners of the convex hull of points, which may lie in a plane in space."""
    from scipy.spatial import ConvexHull

    middle = points - points.mean(axis=0)
    rank_of = np.linalg.svd(middle, full_matrices=False)
    kept = rank_of[1] > 1e-9 * rank_of[1].max()
    flat = middle @ rank_of[2][kept].T
    if flat.shape[1] < 2:
        return points
    return np.asarray(points[ConvexHull(flat).vertices])


def farthest(corners: Points) -> tuple[float, tuple[int, int]]:
    """Return the largest distance between two of some points, and which two."""
    best, pair = -1.0, (0, 0)
    for number, corner in enumerate(corners):
        squares = ((corners[number:] - corner) ** 2).sum(axis=1)
        at = int(squares.argmax())
        if squares[at] > best:
            best, pair = float(squares[at]), (number, number + at)
    return float(np.sqrt(best)), pair


def width_across(corners: Points, one: int, other: int, steps: Matrix) -> float:
    """Return how far points reach at a right angle to the line of two, within their plane."""
    line = corners[other] - corners[one]
    line = line / np.linalg.norm(line)
    plane = np.linalg.qr(steps)[0]  # two directions at right angles that span the slice
    across = plane @ np.array([-(line @ plane[:, 1]), line @ plane[:, 0]])
    return float(np.ptp(corners @ across))

"""Distances from the points of one set of voxels to the nearest of another."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector
from radzoo.metrics.masks.overlap import Voxels

Points = NDArray[np.float64]


def nearest_distances(
    first: Voxels, second: Voxels, spacing: NDArray[np.float64]
) -> tuple[Vector, Vector]:
    """Return for each voxel of either set how far the nearest of the other is, in mm.

    Voxels that both share have the distance 0 and are not searched.

    Args:
        first: true at the voxels of one set, at least one.
        second: the other, of the same shape.
        spacing: step along each axis in mm.
    """
    shared = first & second
    n_shared = int(np.count_nonzero(shared))
    alone = find_points(first ^ shared, spacing), find_points(second ^ shared, spacing)
    if not len(alone[0]) and not len(alone[1]):
        return np.zeros(n_shared), np.zeros(n_shared)
    common = find_points(shared, spacing)
    return search(alone[0], alone[1], common), search(alone[1], alone[0], common)


def search(points: Points, others: Points, common: Points) -> Vector:
    """Return distances of `points` to `others` and `common`; then one 0 for each of `common`."""
    from scipy.spatial import cKDTree

    if not len(points):
        return np.zeros(len(common))
    # Balance would cost more to make than it saves: the voxels of a border lie evenly.
    tree = cKDTree(np.concatenate([others, common]), balanced_tree=False, compact_nodes=False)
    distances, _ = tree.query(points, workers=1)
    return np.concatenate([distances, np.zeros(len(common))])


def find_points(voxels: Voxels, spacing: NDArray[np.float64]) -> Points:
    """Return where voxels lie, in mm, `(n_voxels, n_axes)`."""
    flat = np.flatnonzero(voxels)
    return np.stack(np.unravel_index(flat, voxels.shape), axis=1) * spacing

"""Distances from the voxels of one set to the nearest of another.

Most border voxels have a border voxel of the other mask beside them: those are looked up by
shifts, nearest shift first. What is left is searched in a k-d tree. Both are exact, and their
memory grows with the borders, not with the volume as that of a distance transform does.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector
from radzoo.metrics.masks.overlap import Voxels

Points = NDArray[np.float64]
Places = NDArray[np.intp]

# Shifts shorter than so many times the smallest step are tried, ring by ring ...
RINGS = (2, 3, 4)
# ... unless a ring has found fewer than this share of what was left: then the tree is quicker.
WORTHWHILE = 0.15


def nearest_distances(
    first: Voxels, second: Voxels, spacing: NDArray[np.float64]
) -> tuple[Vector, Vector]:
    """Return for each voxel of either set how far the nearest of the other is, in mm.

    Args:
        first: true at the voxels of one set, at least one.
        second: the other, of the same shape.
        spacing: step along each axis in mm.
    """
    margin = [(width, width) for width in reach_of(RINGS[-1], spacing).tolist()]
    one, other = np.pad(first, margin), np.pad(second, margin)
    shared = one & other
    common = np.flatnonzero(shared)
    alone = np.flatnonzero(one ^ shared), np.flatnonzero(other ^ shared)
    zeros = np.zeros(len(common))
    return (
        np.concatenate([search(alone[0], other, spacing, (alone[1], common)), zeros]),
        np.concatenate([search(alone[1], one, spacing, (alone[0], common)), zeros]),
    )


def search(
    places: Places, voxels: Voxels, spacing: NDArray[np.float64], parts: tuple[Places, Places]
) -> Vector:
    """Return how far from each of some places the nearest voxel of a set is.

    Args:
        places: positions in the flattened volume, none in the set.
        voxels: the set, with a margin as wide as the longest shift.
        spacing: step along each axis in mm.
        parts: the same set, as positions in the flattened volume.
    """
    distances = np.empty(len(places))
    left = look_around(places, voxels, spacing, distances)
    if len(left):
        targets = to_points(np.concatenate(parts), voxels.shape, spacing)
        distances[left] = search_tree(to_points(places[left], voxels.shape, spacing), targets)
    return distances


def look_around(
    places: Places, voxels: Voxels, spacing: NDArray[np.float64], distances: Vector
) -> Places:
    """Write the distance where a voxel of the set is near; return the numbers of the others."""
    flat = voxels.ravel()
    left = np.arange(len(places))
    inner = 0.0
    for ring in RINGS:
        outer = ring * float(spacing.min())
        before = len(left)
        for distance, shift in list_shifts(inner, outer, spacing, voxels.shape):
            met = flat[places[left] + shift]
            distances[left[met]] = distance
            left = left[~met]
        inner = outer
        if before - len(left) < WORTHWHILE * before:
            break
    return left


def list_shifts(
    inner: float, outer: float, spacing: NDArray[np.float64], shape: tuple[int, ...]
) -> Iterator[tuple[float, int]]:
    """Give every shift of a length from `inner` to below `outer`: in mm, and along the memory."""
    widths = reach_of(outer / float(spacing.min()), spacing).tolist()
    steps = np.array(list(product(*(range(-width, width + 1) for width in widths))))
    lengths = np.sqrt(((steps * spacing) ** 2).sum(axis=1))
    along = steps @ np.append(np.cumprod(shape[:0:-1])[::-1], 1)
    inside = np.flatnonzero((lengths >= inner) & (lengths < outer) & (lengths > 0))
    for at in inside[np.argsort(lengths[inside], kind="stable")]:
        yield float(lengths[at]), int(along[at])


def reach_of(ring: float, spacing: NDArray[np.float64]) -> Places:
    """Return how many voxels a shift below `ring` times the smallest step goes at most."""
    return np.asarray(np.floor(ring * spacing.min() / spacing), dtype=np.intp)


def search_tree(points: Points, targets: Points) -> Vector:
    """Return how far from each point the nearest target is."""
    from scipy.spatial import cKDTree

    # Balance would cost more to make than it saves: the voxels of a border lie evenly.
    tree = cKDTree(targets, balanced_tree=False, compact_nodes=False)
    distances, _ = tree.query(points, workers=1)
    return np.asarray(distances)


def to_points(places: Places, shape: tuple[int, ...], spacing: NDArray[np.float64]) -> Points:
    """Return where positions in the flattened volume lie, in mm, `(n_places, n_axes)`."""
    return np.stack(np.unravel_index(places, shape), axis=1) * spacing

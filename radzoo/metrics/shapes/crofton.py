"""Surface area of a volume, and perimeter of an area, from how often lines cross the border.

Counting voxel faces makes a sphere half as large again, whatever the resolution, and a mesh
through the voxels' corners about 8 % too large. Crofton's formula has no such error: the mean
number of border crossings of lines in all directions gives the surface. Lines run through
neighbouring voxels in 13 directions (4 in the plane), each of which stands for the directions
next to it, so that voxels may be oblong or oblique. Smooth shapes come out within 1 % where
voxels are cubes and mostly within 5 % where they are not; a box along the axes 10 % too small.

References:
    Lehmann G, Legland D. Efficient N-dimensional surface estimation using Crofton formula and
    run-length encoding. Insight Journal 2012. With voxels that are cubes it is what ITK's
    LabelShapeStatistics calls perimeter.
"""

from itertools import product
from math import pi

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.masks.overlap import Voxels

Steps = NDArray[np.intp]


def surface_of(mask: Voxels, axes: Matrix) -> float:
    """Return the surface in mm2 of a volume, or the perimeter in mm of an area.

    What lies beyond the edge of the array is outside: a structure that the image cuts off has
    a surface there.

    Args:
        mask: 2-D or 3-D, true inside.
        axes: `(2 or 3, n_axes)`, the step in mm from voxel to voxel along each axis as a column.

    Example:
        >>> place = np.indices((41, 41, 41)) - 20
        >>> ball = (place**2).sum(axis=0) <= 15**2
        >>> round(surface_of(ball, np.eye(3)) / (4 * np.pi * 15**2), 2)
        1.0
    """
    steps = list_steps(mask.ndim)
    ways = steps @ axes.T  # in mm
    lengths = np.linalg.norm(ways, axis=1)
    weights = share_directions(ways / lengths[:, None])
    size = float(np.sqrt(np.linalg.det(axes.T @ axes)))
    padded = np.pad(mask, 1)
    crossed = np.array([count_crossings(padded, step) for step in steps.tolist()])
    mean = float((weights * crossed * size / lengths).sum())
    return 2 * mean if mask.ndim == 3 else pi / 2 * mean


def list_steps(ndim: int) -> Steps:
    """Return one of each two opposite steps to the 26 (8) neighbours, `(n_steps, ndim)`."""
    every = [step for step in product((-1, 0, 1), repeat=ndim) if step > (0,) * ndim]
    return np.array(every, dtype=np.intp)


def count_crossings(padded: Voxels, step: list[int]) -> int:
    """Count the pairs of neighbours along a step of which one is inside and one is not."""
    here, there = [], []
    for by, size in zip(step, padded.shape, strict=True):
        here.append(slice(max(0, -by), size - max(0, by)))
        there.append(slice(max(0, by), size - max(0, -by)))
    return int(np.count_nonzero(padded[tuple(here)] ^ padded[tuple(there)]))


def share_directions(units: Matrix) -> Vector:
    """Return which share of all directions lies nearest to each of some, or to its opposite.

    Args:
        units: `(n, 2 or 3)`, unit vectors, no two of them opposite.
    """
    if units.shape[1] == 2:
        return share_of_circle(units)
    if np.linalg.matrix_rank(units) < 3:  # an area in space
        basis = np.linalg.svd(units)[2][:2]
        return share_of_circle(units @ basis.T)
    from scipy.spatial import SphericalVoronoi

    areas = SphericalVoronoi(np.vstack([units, -units])).calculate_areas()
    return np.asarray(areas[: len(units)] / areas[: len(units)].sum())


def share_of_circle(units: Matrix) -> Vector:
    """Return the share of the half circle that is nearest to each direction."""
    angles = np.arctan2(units[:, 1], units[:, 0]) % pi
    order = np.argsort(angles)
    gaps = np.diff(np.append(angles[order], angles[order[0]] + pi))
    shares = np.empty(len(angles))
    shares[order] = (gaps + np.roll(gaps, 1)) / (2 * pi)
    return shares

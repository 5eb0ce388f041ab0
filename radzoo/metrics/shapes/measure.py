"""Everything that is measured of one structure of one mask."""

from collections.abc import Mapping
from math import pi

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.masks.box import find_box
from radzoo.metrics.masks.overlap import Voxels
from radzoo.metrics.shapes.crofton import surface_of
from radzoo.metrics.shapes.diameters import longest_diameter, plane_diameters

Shape = Mapping[str, float]
MM3_PER_ML = 1000


def measure_shape(mask: Voxels, axes: Matrix | None, origin: Vector | None = None) -> Shape:
    """Return the measures of a structure by name; of an empty one its size alone.

    What they are stands in `docs/reference/measures.md`.

    Args:
        mask: 3-D `(slices, rows, columns)` or 2-D `(rows, columns)`, true inside.
        axes: `(3 or 2, n_axes)`, the step in mm from voxel to voxel along each axis as a
            column; None = not known: then nothing in mm exists.
        origin: place of the first voxel's centre in mm, LPS; None = not known.
    """
    box = find_box(mask)
    if box is None:
        return measure_size(0, axes, mask.ndim) | {"components": 0.0}
    inside = np.ascontiguousarray(mask[box])
    voxels = int(np.count_nonzero(inside))
    found = measure_size(voxels, axes, mask.ndim) | {"components": count_parts(inside)}
    if axes is None:
        return found
    start = np.array([along.start for along in box], dtype=np.float64)
    found |= measure_box(inside.shape, axes)
    found |= measure_round(inside, axes)
    found |= measure_reach(inside, axes, int(start[0]))
    if origin is not None:
        middle = origin + axes @ (start + centre_of(inside))
        found |= dict(zip(("centroid_x_mm", "centroid_y_mm", "centroid_z_mm"), middle.tolist(),
                          strict=True))  # fmt: skip
    return found


def measure_size(voxels: int, axes: Matrix | None, ndim: int) -> dict[str, float]:
    """Return the number of voxels and what they make, right for oblique and sheared ones too."""
    found = {"voxels": float(voxels)}
    if axes is not None:
        size = voxels * float(np.sqrt(np.linalg.det(axes.T @ axes)))
        found |= {"volume_ml": size / MM3_PER_ML} if ndim == 3 else {"area_mm2": size}
    return found


def count_parts(mask: Voxels) -> float:
    """Count the parts that hang together by faces, edges or corners."""
    from scipy.ndimage import label

    return float(label(mask, structure=np.ones((3,) * mask.ndim))[1])


def measure_box(shape: tuple[int, ...], axes: Matrix) -> dict[str, float]:
    """Return how long the smallest box of whole voxels is along each axis of the image."""
    names = ("box_slices_mm", "box_rows_mm", "box_columns_mm")[-len(shape) :]
    lengths = np.array(shape) * np.linalg.norm(axes, axis=0)
    return dict(zip(names, lengths.tolist(), strict=True))


def measure_round(mask: Voxels, axes: Matrix) -> dict[str, float]:
    """Return the border, and how near the shape is to a ball or disc.

    References:
        Zwanenburg A et al. The image biomarker standardization initiative. Radiology
        2020;295:328-338: sphericity, with the surface by Crofton's formula instead of a mesh.
    """
    border = surface_of(mask, axes)
    size = np.count_nonzero(mask) * float(np.sqrt(np.linalg.det(axes.T @ axes)))
    if mask.ndim == 3:
        ball = pi ** (1 / 3) * (6 * size) ** (2 / 3)
        return {"surface_mm2": border, "sphericity": float(ball / border)}
    return {"perimeter_mm": border, "circularity": 2 * float(np.sqrt(pi * size)) / border}


def measure_reach(mask: Voxels, axes: Matrix, first_slice: int) -> dict[str, float]:
    """Return the diameters."""
    plane = plane_diameters(mask, axes)
    if mask.ndim == 2:
        return {"longest_mm": plane.longest_mm, "across_mm": plane.across_mm}
    return {
        "longest_mm": longest_diameter(mask, axes),
        "axial_longest_mm": plane.longest_mm,
        "axial_across_mm": plane.across_mm,
        "axial_slice": float(first_slice + plane.slice + 1),
    }


def centre_of(mask: Voxels) -> Vector:
    """Return the mean of the indices of the voxels inside."""
    counts = [
        mask.sum(axis=tuple(other for other in range(mask.ndim) if other != axis), dtype=np.int64)
        for axis in range(mask.ndim)
    ]
    return np.array([float(one @ np.arange(len(one)) / one.sum()) for one in counts])


def measure_values(values: NDArray[np.float32]) -> Shape:
    """Return mean, standard deviation and range of the values under a mask.

    The deviation is that of these voxels, dividing by their number. Nothing exists of none.
    """
    if not values.size:
        return {}
    known = values.astype(np.float64)
    return {
        "mean": float(known.mean()), "sd": float(known.std()), "lowest": float(known.min()),
        "highest": float(known.max()),
    }  # fmt: skip

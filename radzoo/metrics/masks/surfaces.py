"""How far apart the borders of two masks are: one pass for all distances.

A distance is that from the centre of a border voxel to the centre of the nearest border
voxel of the other mask, in mm. Every border voxel counts alike, however much surface it
stands for (DeepMind's surface-distance weighs them: `radzoo.metrics.masks.surfels`).

References:
    Maier-Hein L et al. Metrics reloaded: recommendations for image analysis validation.
    Nature Methods 2024;21:195-212. Supplementary notes on HD, HD95, ASSD and NSD.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.masks.border import find_border
from radzoo.metrics.masks.box import crop_both
from radzoo.metrics.masks.nearest import nearest_distances
from radzoo.metrics.masks.overlap import Voxels

# Spacings are stored as float32: 1.0000001 mm must not lie beyond a tolerance of 1 mm.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Distances in mm from every border voxel of each mask to the other's border.

    Attributes:
        of_reference: `(n_border_voxels,)`, from the reference's border to the prediction's.
        of_prediction: the other way.
    """

    of_reference: Vector
    of_prediction: Vector


def measure_surfaces(
    reference: Voxels, prediction: Voxels, spacing_mm: Sequence[float]
) -> Surfaces:
    """Return the distances between the borders of two masks.

    Args:
        reference: 2-D or 3-D, true inside.
        prediction: of the same shape.
        spacing_mm: step from voxel to voxel along each axis.

    Raises:
        UndefinedMetricError: if a mask is empty.
    """
    if len(spacing_mm) != reference.ndim or reference.shape != prediction.shape:
        raise ValueError("needs masks of one shape, and a spacing for each of their axes")
    cropped = crop_both(reference, prediction)
    borders = find_border(cropped[0]), find_border(cropped[1])
    if not borders[0].any() or not borders[1].any():
        raise UndefinedMetricError("a mask is empty")
    spacing = np.array(spacing_mm, dtype=np.float64)
    return Surfaces(*nearest_distances(borders[0], borders[1], spacing))


def hd(surfaces: Surfaces) -> float:
    """Return the Hausdorff distance in mm: the farthest that any border voxel lies off."""
    return float(max(surfaces.of_reference.max(), surfaces.of_prediction.max()))


def hd95(surfaces: Surfaces) -> float:
    """Return the larger of the 95th percentiles of both directions, in mm.

    Not the percentile of both directions pooled, which is another number. Percentiles are
    interpolated between the two nearest distances.
    """
    percentiles = [
        np.percentile(one, 95) for one in (surfaces.of_reference, surfaces.of_prediction)
    ]
    return float(max(percentiles))


def assd(surfaces: Surfaces) -> float:
    """Return the mean distance over the border voxels of both masks, in mm.

    Pooled: the mask with the longer border counts more. The mean of both means is `masd`.
    """
    both = surfaces.of_reference.sum() + surfaces.of_prediction.sum()
    return float(both / (len(surfaces.of_reference) + len(surfaces.of_prediction)))


def masd(surfaces: Surfaces) -> float:
    """Return the mean of the mean distances of both directions, in mm."""
    return float((surfaces.of_reference.mean() + surfaces.of_prediction.mean()) / 2)


def nsd(surfaces: Surfaces, tolerance_mm: float) -> float:
    """Return the share of all border voxels at most `tolerance_mm` off the other border.

    References:
        Nikolov S et al. Clinically applicable segmentation of head and neck anatomy for
        radiotherapy. Journal of Medical Internet Research 2021;23:e26151; with voxels instead
        of surface elements, as Seidlitz S et al. Medical Image Analysis 2022;80:102488.

    Example:
        >>> nsd(Surfaces(np.array([0.0, 1, 3]), np.array([0.0])), tolerance_mm=1)
        0.75
    """
    limit = tolerance_mm * (1 + ROUNDING)
    within = np.count_nonzero(surfaces.of_reference <= limit)
    within += np.count_nonzero(surfaces.of_prediction <= limit)
    return float(within / (len(surfaces.of_reference) + len(surfaces.of_prediction)))

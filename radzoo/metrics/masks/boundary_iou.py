"""Agreement of the borders of two masks, voxel by voxel."""

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.masks.border import find_border
from radzoo.metrics.masks.box import crop_both
from radzoo.metrics.masks.overlap import Voxels, count_overlap, iou


def boundary_iou(reference: Voxels, prediction: Voxels) -> float:
    """Return the shared border voxels over those of either border, from 0 to 1.

    With a border one voxel thick: strict, and dependent on the size of voxels.

    Raises:
        UndefinedMetricError: if both masks are empty.

    References:
        Cheng B et al. Boundary IoU: improving object-centric image segmentation evaluation.
        CVPR 2021. With d = 1, as MetricsReloaded takes it.

    Example:
        >>> square = np.ones((3, 3), dtype=bool)
        >>> boundary_iou(square, square)
        1.0
    """
    one, other = crop_both(reference, prediction)
    if not one.size:
        raise UndefinedMetricError("both masks are empty")
    return iou(count_overlap(find_border(one), find_border(other)))

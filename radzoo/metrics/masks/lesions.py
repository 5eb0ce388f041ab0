"""Lesions found and missed: connected parts of a mask, each counted once whatever its size."""

from dataclasses import dataclass

import numpy as np

from radzoo.metrics.masks.box import crop_both
from radzoo.metrics.masks.overlap import Voxels


@dataclass(frozen=True, slots=True)
class Lesions:
    """Lesions of one case.

    Attributes:
        reference: lesions of the reference; `found` of them share a voxel with the prediction.
        prediction: lesions of the prediction; `false` of them share none with the reference.
    """

    reference: int
    found: int
    prediction: int
    false: int


def count_lesions(reference: Voxels, prediction: Voxels) -> Lesions:
    """Count the lesions of both masks and which of them meet the other mask.

    A lesion is what hangs together by faces, edges or corners (26 neighbours of a voxel, 8 of
    a pixel). One shared voxel is enough to be found: the rule is lenient, and one large
    predicted part may find several lesions.

    Args:
        reference: 2-D or 3-D, true inside.
        prediction: of the same shape.
    """
    one, other = crop_both(reference, prediction)
    n_reference, found = count_met(one, other)
    n_prediction, true = count_met(other, one)
    return Lesions(n_reference, found, n_prediction, n_prediction - true)


def count_met(mask: Voxels, other: Voxels) -> tuple[int, int]:
    """Return the number of connected parts of a mask, and of those that meet the other."""
    from scipy.ndimage import label

    if not mask.any():
        return 0, 0
    parts, count = label(mask, structure=np.ones((3,) * mask.ndim))
    met = np.bincount(parts[other], minlength=count + 1)[1:]
    return int(count), int(np.count_nonzero(met))

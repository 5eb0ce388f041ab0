"""Voxels that a reference and a prediction share: Dice and its relatives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError

Voxels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many voxels are in both masks, or in one alone."""

    true_positive: int
    false_positive: int
    false_negative: int

    @property
    def reference(self) -> int:
        """Voxels of the reference."""
        return self.true_positive + self.false_negative

    @property
    def prediction(self) -> int:
        """Voxels of the prediction."""
        return self.true_positive + self.false_positive


def count_overlap(reference: Voxels, prediction: Voxels) -> Overlap:
    """Count the voxels of two masks of one shape."""
    both = int(np.count_nonzero(reference & prediction))
    return Overlap(
        both, int(np.count_nonzero(prediction)) - both, int(np.count_nonzero(reference)) - both
    )


def dice(overlap: Overlap) -> float:
    """Return twice the shared voxels over the voxels of both masks, from 0 to 1.

    Raises:
        UndefinedMetricError: if both masks are empty.

    References:
        Dice LR. Measures of the amount of ecologic association between species. Ecology
        1945;26:297-302.

    Example:
        >>> dice(Overlap(true_positive=3, false_positive=1, false_negative=1))
        0.75
    """
    voxels = overlap.reference + overlap.prediction
    if not voxels:
        raise UndefinedMetricError("both masks are empty")
    return 2 * overlap.true_positive / voxels


def iou(overlap: Overlap) -> float:
    """Return the shared voxels over those of either mask (Jaccard), from 0 to 1.

    Raises:
        UndefinedMetricError: if both masks are empty.
    """
    either = overlap.reference + overlap.false_positive
    if not either:
        raise UndefinedMetricError("both masks are empty")
    return overlap.true_positive / either


def voxel_sensitivity(overlap: Overlap) -> float:
    """Return the share of the reference's voxels that the prediction has.

    Raises:
        UndefinedMetricError: if the reference is empty.
    """
    if not overlap.reference:
        raise UndefinedMetricError("the reference is empty")
    return overlap.true_positive / overlap.reference


def voxel_precision(overlap: Overlap) -> float:
    """Return the share of the prediction's voxels that the reference has.

    Raises:
        UndefinedMetricError: if the prediction is empty.
    """
    if not overlap.prediction:
        raise UndefinedMetricError("the prediction is empty")
    return overlap.true_positive / overlap.prediction

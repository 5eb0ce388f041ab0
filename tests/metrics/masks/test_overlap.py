import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.masks.overlap import (
    Overlap,
    count_overlap,
    dice,
    iou,
    voxel_precision,
    voxel_sensitivity,
)

# Reference of 6 voxels, prediction of 4, 3 of them shared.
OVERLAP = Overlap(true_positive=3, false_positive=1, false_negative=3)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [(dice, 6 / 10), (iou, 3 / 7), (voxel_sensitivity, 3 / 6), (voxel_precision, 3 / 4)],
)
def test_worked_by_hand(metric, expected):
    reference, prediction = np.zeros((2, 10), dtype=bool)
    reference[:6], prediction[3:7] = True, True
    assert count_overlap(reference, prediction) == OVERLAP
    assert metric(OVERLAP) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("metric", "overlap"),
    [
        (dice, Overlap(0, 0, 0)),
        (iou, Overlap(0, 0, 0)),
        (voxel_sensitivity, Overlap(0, 5, 0)),
        (voxel_precision, Overlap(0, 0, 5)),
    ],
)
def test_an_empty_mask_is_undefined(metric, overlap):
    with pytest.raises(UndefinedMetricError):
        metric(overlap)


@pytest.mark.parametrize("metric", [dice, iou])
def test_one_empty_mask_agrees_in_nothing(metric):
    assert metric(Overlap(0, 5, 0)) == metric(Overlap(0, 0, 5)) == 0

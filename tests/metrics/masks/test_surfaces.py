import doctest
import importlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.masks.border import find_border
from radzoo.metrics.masks.boundary_iou import boundary_iou
from radzoo.metrics.masks.box import crop_both
from radzoo.metrics.masks.surfaces import (
    Surfaces,
    assd,
    hd,
    hd95,
    masd,
    measure_surfaces,
    nsd,
)

SHAPES = st.sampled_from([(7, 9), (4, 5, 6), (1, 6, 3), (12,) * 2])
PAIRS = SHAPES.flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape), st.integers(0, 99))
)


def slow_border(mask):
    """By the definition: a voxel of the mask with a neighbour across a face that is not in it."""
    around = np.pad(mask, 1)
    found = np.zeros_like(mask)
    for at in np.argwhere(mask):
        for axis in range(mask.ndim):
            for step in (-1, 1):
                neighbour = at + 1
                neighbour[axis] += step
                found[tuple(at)] |= not around[tuple(neighbour)]
    return found


def slow_distances(reference, prediction, spacing):
    """From every border voxel to every other."""
    one, other = (np.argwhere(slow_border(mask)) * spacing for mask in (reference, prediction))
    every = np.linalg.norm(one[:, None] - other[None], axis=-1)
    return np.sort(every.min(axis=1)), np.sort(every.min(axis=0))


@given(PAIRS)
def test_equals_the_search_over_all_pairs_of_border_voxels(pair):
    reference, prediction, seed = pair
    spacing = np.random.default_rng(seed).uniform(0.4, 5, reference.ndim)
    assert (find_border(reference) == slow_border(reference)).all()
    if not reference.any() or not prediction.any():
        with pytest.raises(UndefinedMetricError):
            measure_surfaces(reference, prediction, spacing)
        return
    surfaces = measure_surfaces(reference, prediction, spacing)
    wanted = slow_distances(reference, prediction, spacing)
    assert np.sort(surfaces.of_reference) == pytest.approx(wanted[0], abs=1e-9)
    assert np.sort(surfaces.of_prediction) == pytest.approx(wanted[1], abs=1e-9)


@given(PAIRS)
def test_the_box_holds_every_voxel_and_no_empty_rim(pair):
    reference, prediction, _ = pair
    one, other = crop_both(reference, prediction)
    assert (one.sum(), other.sum()) == (reference.sum(), prediction.sum())
    either = one | other
    for axis in range(either.ndim if either.size else 0):
        layers = either.any(axis=tuple(other for other in range(either.ndim) if other != axis))
        assert layers[[0, -1]].all()


def test_two_lines_side_by_side_worked_by_hand():
    # Lines of 20 voxels, one column (0.5 mm) and, at one voxel, a spike of 3 rows (2 mm each).
    reference, prediction = np.zeros((2, 30, 24), dtype=bool)
    reference[10, 2:22], prediction[10, 3:23] = True, True
    prediction[11:14, 5] = True
    surfaces = measure_surfaces(reference, prediction, (2.0, 0.5))
    assert sorted(surfaces.of_reference) == [0.0] * 19 + [0.5]
    # The spike lies 2, 4 and 6 mm off; every voxel of a line is a border voxel.
    assert sorted(surfaces.of_prediction) == [0.0] * 19 + [0.5, 2.0, 4.0, 6.0]
    assert hd(surfaces) == 6.0
    assert hd95(surfaces) == pytest.approx(
        np.interp(0.95 * 22, range(23), [0] * 19 + [0.5, 2, 4, 6])
    )
    assert assd(surfaces) == pytest.approx((0.5 + 12.5) / 43)
    assert masd(surfaces) == pytest.approx((0.5 / 20 + 12.5 / 23) / 2)
    assert nsd(surfaces, 2.0) == pytest.approx(41 / 43)
    assert nsd(surfaces, 1.99) == pytest.approx(40 / 43)
    shared = 19  # of 20 + 23 border voxels
    assert boundary_iou(reference, prediction) == pytest.approx(shared / (20 + 23 - shared))


def test_hd95_is_that_of_the_worse_direction_not_of_both_pooled():
    surfaces = Surfaces(np.zeros(1000), np.full(10, 8.0))
    assert hd95(surfaces) == 8.0
    assert assd(surfaces) == pytest.approx(80 / 1010)


def test_a_spacing_that_was_rounded_does_not_leave_the_tolerance():
    spacing = float(np.float32(1.0000001))
    reference, prediction = np.zeros((2, 4), dtype=bool)
    reference[1], prediction[2] = True, True
    assert nsd(measure_surfaces(reference, prediction, (spacing,)), 1.0) == 1.0


@pytest.mark.parametrize("module", ["border", "boundary_iou", "overlap", "surfaces", "signed_rank"])
def test_the_examples_are_true(module):
    found = importlib.import_module(f"radzoo.metrics.masks.{module}")
    result = doctest.testmod(found, extraglobs={"np": np})
    assert result.attempted
    assert not result.failed

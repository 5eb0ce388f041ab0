"""Turning volumes into the canonical orientation: every way to store one, by law."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.orientation import find_turn
from radzoo.core.volume import Mask, Volume

ORDERS = list(permutations(range(3)))
FLIPS = list(product((False, True), repeat=3))


def canonical_affine(rotation=None, steps=(2.5, 0.7, 0.5), origin=(-10.0, -20.0, 30.0)):
    """Slices along z, rows along y, columns along x, perhaps turned a little."""
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, [2, 1, 0]] * np.array(steps)
    if rotation is not None:
        affine[:3, :3] = rotation @ affine[:3, :3]
    affine[:3, 3] = origin
    return affine


def store(values, affine, order, flips):
    """Store a volume with its axes in another order and direction; the affine follows."""
    stored, moved = values.transpose(order), affine.copy()
    moved[:3, :3] = affine[:3, list(order)]
    for axis, flip in enumerate(flips):
        if flip:
            moved[:3, 3] += moved[:3, axis] * (stored.shape[axis] - 1)
            moved[:3, axis] *= -1
            stored = np.flip(stored, axis)
    return stored, moved


def turned_about(axis, degrees):
    axis = np.array(axis) / np.linalg.norm(axis)
    angle = np.radians(degrees)
    cross = np.cross(np.eye(3), axis)
    return np.eye(3) + np.sin(angle) * -cross + (1 - np.cos(angle)) * cross @ cross


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("flips", FLIPS)
def test_every_orientation_gives_the_same_volume(order, flips):
    values, affine = np.arange(2 * 3 * 4).reshape(2, 3, 4), canonical_affine()
    stored, moved = store(values, affine, order, flips)
    turn = find_turn(moved)
    np.testing.assert_array_equal(turn.apply(stored), values)
    np.testing.assert_allclose(turn.apply_to_affine(moved, stored.shape), affine, atol=1e-12)


@given(
    st.sampled_from(ORDERS), st.sampled_from(FLIPS),
    st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda axis: np.linalg.norm(axis) > 0.1),
    st.floats(-30, 30),
)  # fmt: skip
def test_an_oblique_volume_is_the_same_however_it_is_stored(order, flips, axis, degrees):
    values = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    affine = canonical_affine(turned_about(axis, degrees))
    stored, moved = store(values, affine, order, flips)
    turn = find_turn(moved)
    np.testing.assert_array_equal(turn.apply(stored), values)
    np.testing.assert_allclose(turn.apply_to_affine(moved, stored.shape), affine, atol=1e-9)


@given(st.sampled_from(ORDERS), st.sampled_from(FLIPS))
def test_each_voxel_keeps_its_place(order, flips):
    values = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    stored, moved = store(values, canonical_affine(turned_about((1, 2, 3), 40)), order, flips)
    turn = find_turn(moved)
    turned, affine = turn.apply(stored), turn.apply_to_affine(moved, stored.shape)
    for number in range(values.size):
        before = moved @ [*np.argwhere(stored == number)[0], 1]
        after = affine @ [*np.argwhere(turned == number)[0], 1]
        np.testing.assert_allclose(before, after, atol=1e-9)


def test_spacing_is_the_length_of_a_step():
    affine = canonical_affine(turned_about((1, 1, 0), 20))
    assert Volume(np.zeros((1, 1, 1), np.float32), affine=affine).spacing_mm == pytest.approx(
        (2.5, 0.7, 0.5)
    )
    assert Mask(np.zeros((1, 1), np.uint16)).spacing_mm is None

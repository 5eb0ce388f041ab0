"""Resampling: as Pillow does it, where the voxels say they are, and the same with a margin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from radzoo.data.volume.axis import Axis, put_inside, resample, take_nearest

LENGTHS = st.integers(1, 24)
STEPS = st.sampled_from([0.3, 0.75, 1.0, 1.25, 2.0, 3.7])


def noise(*shape):
    return np.random.default_rng(0).random(shape).astype(np.float32)


@pytest.mark.parametrize("shape", [(16, 20), (64, 80), (37, 20), (80, 53)])
def test_planes_are_resized_as_pillow_does_it(shape):
    values = noise(3, 37, 53)
    axes = [Axis.centred(3, 1, 3)]
    axes += [Axis.centred(n, n / wanted, wanted) for n, wanted in zip((37, 53), shape, strict=True)]
    got = resample(values, axes)
    for plane, made in zip(values, got, strict=True):
        want = Pillow.fromarray(plane).resize(shape[::-1], Pillow.Resampling.BILINEAR)
        np.testing.assert_allclose(made, np.asarray(want), atol=1e-6)


def test_slices_are_resized_as_rows_are():
    values = noise(11, 12, 13)
    axes = [Axis.centred(n, n / wanted, wanted) for n, wanted in ((11, 5), (12, 20), (13, 7))]
    turned = resample(values.transpose(2, 0, 1).copy(), [axes[2], axes[0], axes[1]])
    np.testing.assert_allclose(resample(values, axes), turned.transpose(1, 2, 0), atol=1e-6)


def test_large_planes_of_the_last_axis_are_done_in_parts(monkeypatch):
    values = noise(7, 6, 50)
    axes = [Axis.centred(7, 1, 7), Axis.centred(6, 1, 6), Axis.centred(50, 50 / 20, 20)]
    whole = resample(values, axes)
    monkeypatch.setattr("radzoo.data.volume.axis.TURNED_BYTES", 2 * values[0].nbytes)
    np.testing.assert_array_equal(resample(values, axes), whole)


@pytest.mark.parametrize(
    ("stored", "length", "margin", "want"),
    [
        (3, 3, 0, [1, 2, 3]),
        (3, 2, 0, [1, 2]),
        (4, 2, 0, [2, 3]),
        (2, 4, 0, [0, 1, 2, 0]),
        (3, 4, 0, [1, 2, 3, 0]),
        (4, 2, 1, [1, 2, 3, 4]),
        (4, 2, 2, [0, 1, 2, 3, 4, 0]),
        (1, 2, 1, [0, 1, 0, 0]),
    ],
)
def test_the_middle_is_cut_and_padded_as_of_images(stored, length, margin, want):
    axis = Axis.centred(stored, 1.0, length, margin)
    values = np.arange(1, stored + 1, dtype=np.float32)[:, None]
    axes = [axis, Axis.centred(1, 1, 1)]
    assert put_inside(resample(values, axes), axes)[:, 0].tolist() == want
    assert put_inside(take_nearest(values, axes), axes)[:, 0].tolist() == want


@given(LENGTHS, STEPS, LENGTHS, st.integers(0, 5))
def test_a_margin_changes_nothing_of_the_middle(stored, step, length, margin):
    values = noise(stored, 3, 2)
    rest = [Axis.centred(3, 1, 3), Axis.centred(2, 1, 2)]

    def make(margin):
        axes = [Axis.centred(stored, step, length, margin), *rest]
        return put_inside(resample(values, axes), axes), put_inside(
            take_nearest(values, axes), axes
        )

    for plain, wide in zip(make(0), make(margin), strict=True):
        np.testing.assert_array_equal(wide[margin : margin + length], plain)


@given(st.integers(8, 24), STEPS, st.integers(4, 24))
def test_values_lie_where_the_axis_says(stored, step, length):
    axis = Axis.centred(stored, step, length)
    places = np.array([axis.place(n) for n in range(length)])[axis.inside]
    ramp = np.arange(stored, dtype=np.float32)[:, None]
    made = resample(ramp, [axis, Axis.centred(1, 1, 1)])[:, 0]
    nearest = take_nearest(ramp, [axis, Axis.centred(1, 1, 1)])[:, 0]
    away = (places >= max(1, step) - 1e-9) & (places <= stored - 1 - max(1, step) + 1e-9)
    # A triangle of whole samples is not quite even where steps are no whole numbers.
    np.testing.assert_allclose(made[away], places[away], atol=1e-4 if step <= 1 else 0.12)
    assert np.abs(nearest - np.clip(places, 0, stored - 1)).max() <= 0.5
    assert made.min() >= 0
    assert made.max() <= stored - 1 + 1e-4


def test_what_is_shown_of_one_voxel_is_its_value():
    axes = [Axis.centred(1, 1 / 3, 5)] * 3
    made = put_inside(resample(np.full((1, 1, 1), 7, np.float32), axes), axes)
    assert (made[1:4, 1:4, 1:4] == 7).all()
    assert made.sum() == 7 * 27

"""From an image of any shape to a square."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import unit_images

from radzoo.core.entry import PlaneInput
from radzoo.data.resize import FITS, INTERPOLATIONS, quantise, resize


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("fit", FITS)
@given(pixels=unit_images, size=st.integers(1, 20))
def test_resized_images_are_square_and_in_range(fit, interpolation, pixels, size):
    got = resize(pixels, size, fit=fit, interpolation=interpolation)
    assert got.shape == (size, size)
    assert got.min() >= 0
    assert got.max() <= 1


@pytest.mark.parametrize("fit", ["crop", "squash"])
@given(value=st.floats(0, 1, width=32), size=st.integers(1, 20))
def test_a_flat_image_stays_flat(fit, value, size):
    flat = np.full((7, 9), value, np.float32)
    got = resize(flat, size, fit=fit, interpolation="bilinear")
    np.testing.assert_allclose(got, value, atol=1e-6)


def test_padding_keeps_the_middle_and_adds_black():
    got = resize(np.ones((4, 8), np.float32), 8, fit="pad", interpolation="bilinear")
    assert (got[2:6] == 1).all()
    assert (got[:2] == 0).all()
    assert (got[6:] == 0).all()


def test_a_crop_after_resizing_the_shorter_edge_takes_less_of_the_image():
    """Shorter edge 8 to 256, middle 224: the middle 7 of 8 pixels, as torchvision does it."""
    ramp = np.tile(np.arange(16, dtype=np.float32) / 15, (8, 1))
    whole = resize(ramp, 224, fit="crop", interpolation="bilinear")
    part = resize(ramp, 224, fit="crop", interpolation="bilinear", edge=256)
    scaled = resize(ramp[:, 4:12], 256, fit="crop", interpolation="bilinear")
    assert part.shape == (224, 224)
    assert np.ptp(part) == pytest.approx(np.ptp(whole) * 7 / 8, rel=0.02)
    assert part[112] == pytest.approx(scaled[128, 16:240], abs=0.01)


def test_the_edge_scales_with_the_size_of_the_input():
    plane = PlaneInput(channels=1, size=224, mean=[0.0], std=[1.0], fit="crop", resize=256)
    assert [plane.edge_at(size) for size in (224, 448, 64)] == [256, 512, 73]
    assert PlaneInput(channels=1, size=224, mean=[0.0], std=[1.0]).edge_at(224) is None


def test_cropping_keeps_the_middle():
    pixels = np.zeros((4, 8), np.float32)
    pixels[:, 2:6] = 1
    assert (resize(pixels, 4, fit="crop", interpolation="bilinear") == 1).all()


def test_shrinking_is_antialiased():
    stripes = np.tile(np.array([0, 1], np.float32), (64, 32))
    got = resize(stripes, 8, fit="pad", interpolation="bilinear")
    assert np.abs(got - 0.5).max() < 0.1


def test_rounding_keeps_both_ends():
    got = quantise(np.array([0, 0.5, 1], np.float32))
    assert (got.dtype, got.tolist()) == (np.uint16, [0, 32768, 65535])

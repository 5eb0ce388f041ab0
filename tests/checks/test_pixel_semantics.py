"""RZ050: inverted, constant, badly rescaled and saturated images."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks.pixel_semantics import CHECK

N = 60


@pytest.fixture
def images():
    """A bright middle in every image, with noise."""
    chance = np.random.default_rng(0)
    middle = np.zeros((64, 64))
    middle[16:48, 16:48] = 120
    return np.clip(middle + 60 + chance.normal(0, 15, (N, 64, 64)), 0, 255).astype(np.uint8)


def look(images, **pixels):
    sites = ["south" if at < 12 else "north" for at in range(N)]
    subject = audited([0, 1] * (N // 2), images=images, columns={"site": sites})
    stored = {name: np.asarray(values, float) for name, values in pixels.items()}
    return CHECK.examine(replace(subject, pixels=stored))


def test_images_alike_pass(images):
    (verdict,) = look(images)
    assert verdict.severity is None
    assert "small images alone" in verdict.message


def test_a_site_of_negatives_is_an_error_and_named(images):
    images[:10] = 255 - images[:10]
    (verdict,) = look(images)
    assert (verdict.severity, verdict.rows) == ("error", tuple(range(10)))
    assert "site south" in verdict.message


def test_two_negatives_of_sixty_are_not_enough(images):
    images[:2] = 255 - images[:2]
    assert look(images)[0].severity is None


def test_images_of_no_common_look_are_not_called_negatives():
    noise = np.random.default_rng(0).integers(0, 255, (N, 64, 64)).astype(np.uint8)
    assert look(noise)[0].severity is None


def test_images_of_one_shade_are_told(images):
    images[5] = 100
    (verdict,) = look(images)
    assert (verdict.severity, verdict.rows) == ("warning", (5,))


def test_air_that_is_not_air(images):
    air = [np.nan] * 50 + [-1000.0] * 8 + [24.0] * 2
    (verdict,) = look(images, air_hu=air)
    assert (verdict.severity, verdict.rows) == ("error", (58, 59))
    assert "2 of 10 CT images" in verdict.message
    assert "about 20" in verdict.message
    assert look(images, air_hu=[-1000.0] * N)[0].severity is None


@pytest.mark.parametrize(("files", "severity"), [(2, None), (3, "warning")])
def test_saturation_counts_from_a_twentieth_of_the_images_on(images, files, severity):
    shares = [0.02] * files + [0.009] * (N - files)
    assert look(images, saturated=shares)[0].severity == severity

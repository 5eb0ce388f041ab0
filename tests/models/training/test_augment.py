import math

import numpy as np
import pytest
import torch

from radzoo.models.training.augment import (
    RADIOGRAPH,
    Augmentation,
    augment,
    draw,
    hashed_noise,
    move,
)

STILL = Augmentation(
    rotation_degrees=0, shift=0, scale=0, brightness=0, contrast=0, gamma=0, noise=0
)


def images(n=6, size=24):
    return torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(0))


def moved(image, angle=0.0, right=0.0, down=0.0, magnification=1.0):
    values = [torch.tensor([value]) for value in (angle, right, down, magnification)]
    return move(image, angle=values[0], right=values[1], down=values[2], magnification=values[3])


def test_no_strength_changes_nothing():
    given = images()
    result = augment(given, draw(6, seed=0, epoch=1), STILL)
    torch.testing.assert_close(result, given, atol=2e-4, rtol=0)


def test_stays_in_range_and_changes_every_image():
    given = images()
    result = augment(given, draw(6, seed=0, epoch=1), RADIOGRAPH)
    assert result.min() >= 0
    assert result.max() <= 1
    assert ((result - given).abs().mean(dim=(1, 2, 3)) > 0.01).all()


def test_a_case_meets_the_same_fate_in_any_batch():
    given, fates = images(), draw(6, seed=3, epoch=2)
    together = augment(given, fates, RADIOGRAPH)
    for row in range(6):
        alone = augment(given[row : row + 1], fates[row : row + 1], RADIOGRAPH)
        assert torch.equal(alone[0], together[row])


def test_fates_differ_by_seed_epoch_and_case():
    first = draw(4, seed=0, epoch=1)
    assert len(np.unique(first)) == first.size
    assert not np.array_equal(first, draw(4, seed=0, epoch=2))
    assert not np.array_equal(first, draw(4, seed=1, epoch=1))
    assert np.array_equal(first[:3], draw(3, seed=0, epoch=1))


def test_a_quarter_turn_by_hand():
    corner = torch.zeros(1, 1, 8, 8)
    corner[0, 0, 0, 0] = 1
    turned = moved(corner, angle=math.pi / 2)
    torch.testing.assert_close(turned, torch.rot90(corner, 1, (2, 3)), atol=1e-5, rtol=0)


def test_a_shift_of_two_pixels_by_hand():
    dot = torch.zeros(1, 1, 8, 8)
    dot[0, 0, 3, 3] = 1
    shifted = moved(dot, right=2 * 2 / 8)
    assert shifted[0, 0, 3, 1] == pytest.approx(1, abs=1e-5)


def test_left_stays_left():
    half = torch.zeros(50, 1, 16, 16)
    half[..., :8] = 1
    result = augment(half, draw(50, seed=0, epoch=1), RADIOGRAPH)
    assert (result[..., :8].mean(dim=(1, 2, 3)) > result[..., 8:].mean(dim=(1, 2, 3)) + 0.3).all()


def test_noise_is_uniform_and_without_pattern():
    noise = hashed_noise(torch.arange(20) * 7919, 64)
    assert noise.abs().max() <= 1
    assert abs(noise.mean()) < 0.01
    assert noise.std() == pytest.approx(3**-0.5, abs=0.01)
    flat = noise.flatten(1)
    correlations = torch.corrcoef(flat)
    assert (correlations - torch.eye(20)).abs().max() < 0.08
    assert abs(float((flat[:, 1:] * flat[:, :-1]).mean())) < 0.01

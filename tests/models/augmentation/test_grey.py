import pytest
import torch

from radzoo.models.augmentation.grey import MASK, noise_of, wrap


def test_noise_is_uniform_and_without_pattern():
    noise = noise_of(torch.arange(20) * 7919, 64 * 64)
    assert noise.abs().max() <= 1
    assert abs(noise.mean()) < 0.01
    assert noise.std() == pytest.approx(3**-0.5, abs=0.01)
    flat = noise.flatten(1)
    correlations = torch.corrcoef(flat)
    assert (correlations - torch.eye(20)).abs().max() < 0.08
    assert abs(float((flat[:, 1:] * flat[:, :-1]).mean())) < 0.01


def murmur(key, pixel):
    """The finaliser with Python's own integers, which never wrap."""
    mixed = (pixel * 0x9E3779B1 + key * 0x85EBCA77) & MASK
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & MASK
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & MASK
    return (mixed ^ (mixed >> 16)) / 2**31 - 1


@pytest.mark.parametrize("key", [0, 1, 2**31, MASK])
def test_noise_by_hand(key):
    noise = noise_of(torch.tensor([key]), 81).flatten().tolist()
    assert noise == pytest.approx([murmur(key, pixel) for pixel in range(81)], abs=1e-6)


def test_wrapping_by_hand():
    numbers = torch.tensor([0, 1, 2**31 - 1, 2**31, MASK, 2**32, -1])
    assert wrap(numbers).tolist() == [0, 1, 2**31 - 1, -(2**31), -1, 0, -1]

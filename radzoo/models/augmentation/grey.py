"""Grey values changed: gamma, contrast, brightness and noise."""

import math
from typing import Final

import torch
from torch import Tensor

from radzoo.models.augmentation.fates import CONTRAST, GAMMA, LIGHT, NOISE
from radzoo.models.augmentation.geometry import signed
from radzoo.models.augmentation.strength import Augmentation

DARKEST: Final = 1e-4
MASK: Final = 0xFFFFFFFF
# A uniform number in [-1, 1) has the standard deviation 1 / sqrt(3).
SPREAD: Final = math.sqrt(3)


def change_greys(images: Tensor, fates: Tensor, keys: Tensor, strength: Augmentation) -> Tensor:
    """Change the greys of every image as its fate says; `images` are overwritten.

    Args:
        images: float32 `(n, 1, size, size)`, or volumes `(n, 1, slices, rows, columns)`, in [0, 1].
        fates: float32 `(n, draws)` on the same device.
        keys: int64 `(n,)`, from which the noise of each image follows.
        strength: largest change of each kind.
    """
    if strength.gamma:
        exponent = torch.exp(signed(fates[:, GAMMA]) * strength.gamma)
        # Three times as fast as a power.
        images.clamp_(min=DARKEST).log_().mul_(column(exponent, images)).exp_()
    if strength.contrast or strength.brightness:
        # (grey - 1/2) * factor + 1/2 + light, as one product and one sum.
        factor = torch.exp(signed(fates[:, CONTRAST]) * strength.contrast)
        light = signed(fates[:, LIGHT]) * strength.brightness
        images.mul_(column(factor, images)).add_(column(0.5 - 0.5 * factor + light, images))
    if strength.noise:
        grain = noise_of(keys, images[0].numel()).view_as(images)
        images.addcmul_(grain, column(fates[:, NOISE] * (strength.noise * SPREAD), images))
    return images.clamp_(0, 1)


def noise_of(keys: Tensor, count: int) -> Tensor:
    """Return `count` numbers in [-1, 1) that depend on each key alone: `(n, count)`.

    A hash of key and pixel number (the finaliser of MurmurHash3) gives the same numbers on
    every device and for every batch size, which a device's own generator would not. Signed
    numbers of 32 bits wrap as unsigned ones do, and shifts are masked: eight times as fast
    as in 64 bits.
    """
    pixel = torch.arange(count, device=keys.device)
    mixed = wrap(pixel * 0x9E3779B1) + wrap(keys * 0x85EBCA77)[:, None]
    mixed.bitwise_xor_((mixed >> 16).bitwise_and_(0xFFFF)).mul_(0x85EBCA6B - 2**32)
    mixed.bitwise_xor_((mixed >> 13).bitwise_and_(0x7FFFF)).mul_(0xC2B2AE35 - 2**32)
    mixed.bitwise_xor_((mixed >> 16).bitwise_and_(0xFFFF)).bitwise_xor_(-(2**31))
    return mixed.to(torch.float32).div_(2**31)


def wrap(numbers: Tensor) -> Tensor:
    """Return int64 numbers modulo 2^32 as signed ones of 32 bits."""
    return (((numbers & MASK) ^ 2**31) - 2**31).to(torch.int32)


def column(values: Tensor, images: Tensor) -> Tensor:
    """Let one value per image meet all its pixels."""
    return values.view(-1, *[1] * (images.ndim - 1))

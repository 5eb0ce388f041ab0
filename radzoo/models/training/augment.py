"""Radiographs as they might have been: turned, shifted, scaled, lighter, darker, noisier.

Never mirrored: the heart is on the left. Whole batches are changed at once on the device,
yet every case meets its own fate, drawn from (seed, epoch, index of the case) alone: neither
the batch size nor the order of the cases plays a part.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from radzoo.models.samples import AUGMENTATION, generator

DRAWS = 9
MASK = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The largest change of each kind; the change itself is uniform up to it.

    Attributes:
        rotation_degrees: either way.
        shift: of the image's side, in both directions.
        scale: natural logarithm of the magnification, either way.
        brightness: of the full range, added.
        contrast: natural logarithm of the factor about mid-grey.
        gamma: natural logarithm of the exponent.
        noise: standard deviation at most, of the full range.
    """

    rotation_degrees: float = 10.0
    shift: float = 0.06
    scale: float = 0.12
    brightness: float = 0.08
    contrast: float = 0.2
    gamma: float = 0.25
    noise: float = 0.02


RADIOGRAPH = Augmentation()


@lru_cache(maxsize=2)
def draw(n: int, *, seed: int, epoch: int) -> NDArray[np.float64]:
    """Draw the fate of every case for one epoch: `(n, DRAWS)`, uniform in [0, 1)."""
    fates = generator(seed, epoch, AUGMENTATION).random((n, DRAWS))
    fates.flags.writeable = False
    return fates


def augment(images: Tensor, fates: NDArray[np.float64], strength: Augmentation) -> Tensor:
    """Change every image as its fate says.

    Args:
        images: float32 `(n, 1, size, size)` in [0, 1].
        fates: `(n, DRAWS)`, the rows of `draw` that belong to these images.
        strength: largest change of each kind.

    Returns:
        Images of the same shape and range.
    """
    uniform = torch.from_numpy(fates[:, :-1].astype(np.float32)).to(images.device)
    keys = torch.from_numpy((fates[:, -1] * MASK).astype(np.int64)).to(images.device)
    angle, right, down, magnify, light, contrast, gamma, noise = uniform.unbind(1)
    moved = move(
        images,
        angle=signed(angle) * math.radians(strength.rotation_degrees),
        right=signed(right) * strength.shift * 2,
        down=signed(down) * strength.shift * 2,
        magnification=torch.exp(signed(magnify) * strength.scale),
    )
    grey = moved.clamp(1e-4, 1).pow(column(torch.exp(signed(gamma) * strength.gamma)))
    grey = (grey - 0.5) * column(torch.exp(signed(contrast) * strength.contrast)) + 0.5
    grey = grey + column(signed(light) * strength.brightness)
    # A uniform number in [-1, 1) has the standard deviation 1 / sqrt(3).
    grain = hashed_noise(keys, images.shape[-1]) * column(noise * strength.noise * math.sqrt(3))
    return (grey + grain).clamp(0, 1)


def move(
    images: Tensor, *, angle: Tensor, right: Tensor, down: Tensor, magnification: Tensor
) -> Tensor:
    """Turn (radians), shift (half sides) and magnify about the middle; edges are continued."""
    cosine, sine = torch.cos(angle) / magnification, torch.sin(angle) / magnification
    matrix = torch.stack(
        [torch.stack([cosine, -sine, right], 1), torch.stack([sine, cosine, down], 1)], 1
    )
    grid = affine_grid(matrix, list(images.shape), align_corners=False)
    return grid_sample(images, grid, padding_mode="border", align_corners=False)


def hashed_noise(keys: Tensor, size: int) -> Tensor:
    """Return noise in [-1, 1) that depends on each image's key alone: `(n, 1, size, size)`.

    A hash of key and pixel number (the finaliser of MurmurHash3) gives the same numbers on
    every device and for every batch size, which a device's own generator would not.
    """
    pixel = torch.arange(size * size, device=keys.device)
    mixed = (pixel * 0x9E3779B1 + keys[:, None] * 0x85EBCA77) & MASK
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & MASK
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & MASK
    mixed = mixed ^ (mixed >> 16)
    return (mixed.to(torch.float32) / 2**31 - 1).view(-1, 1, size, size)


def signed(uniform: Tensor) -> Tensor:
    """Turn [0, 1) into [-1, 1)."""
    return 2 * uniform - 1


def column(values: Tensor) -> Tensor:
    """Let one value per image meet all its pixels."""
    return values.view(-1, 1, 1, 1)

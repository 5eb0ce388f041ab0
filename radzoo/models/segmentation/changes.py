"""Patches moved and changed: the image smoothly, its mask voxel by voxel, both alike."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import grid_sample

from radzoo.models.augmentation.geometry import signed
from radzoo.models.augmentation.grey import SPREAD, noise_of
from radzoo.models.augmentation.strength import Augmentation

RANGE: Final = 4.0
"""The full range of grey values, in standard deviations: what strengths are shares of."""
DARKEST: Final = 1e-4


def move(regions: Tensor, matrices: NDArray[np.float64], patch: Sequence[int]) -> Tensor:
    """Sample patches out of the middle of larger regions.

    Args:
        regions: `(n, channels, *region)`, images; or masks `(n, *region)` of class numbers,
            of which every voxel takes the nearest.
        matrices: `(n, axes, axes)`, from places in the patch to those in the region.
        patch: edges of the patches.

    Returns:
        `(n, channels, *patch)` float32, or `(n, *patch)` of the same type.
    """
    places = find_places(matrices, patch, regions.shape[-len(patch) :], regions.device)
    if regions.is_floating_point():
        return grid_sample(regions, places, padding_mode="border", align_corners=False)
    nearest = grid_sample(
        regions[:, None].float(), places, mode="nearest", padding_mode="border",
        align_corners=False,
    )  # fmt: skip
    return nearest[:, 0].to(regions.dtype)


def find_places(
    matrices: NDArray[np.float64], patch: Sequence[int], region: Sequence[int], device: torch.device
) -> Tensor:
    """Return where each voxel comes from, as `grid_sample` wants it: last axis first, -1 to 1."""
    axes = len(patch)
    steps = torch.from_numpy(matrices.astype(np.float32)).to(device)
    lines = [torch.arange(edge, device=device) - (edge - 1) / 2 for edge in patch]
    places = torch.empty(len(matrices), *patch, axes, device=device)
    for source in range(axes):
        total = torch.zeros((), device=device)
        for axis, line in enumerate(lines):
            shape = [len(matrices), *(-1 if one == axis else 1 for one in range(axes))]
            total = total + (steps[:, source, axis, None] * line).view(shape)
        # The middle is 0, and the outer borders of the outermost voxels are -1 and 1.
        places[..., axes - 1 - source] = total * (2 / region[source])
    return places


def change_greys(
    images: Tensor, draws: NDArray[np.float64], keys: Sequence[int], strength: Augmentation
) -> Tensor:
    """Change the normalised values of every patch; `images` may be overwritten.

    Args:
        images: float32 `(n, channels, *patch)`, about 0 with a spread of about 1.
        draws: `(n, 4)` uniform in [0, 1): gamma, contrast, brightness, noise.
        keys: `(n,)`, from which the noise of each patch follows.
        strength: largest change of each kind.
    """
    count = images.ndim - 1
    gamma, contrast, light, noise = (
        one.view(-1, *(1,) * count)
        for one in torch.from_numpy(draws.astype(np.float32)).to(images.device).unbind(1)
    )
    if strength.gamma:
        flat = images.flatten(1)
        low, high = (edge.view(-1, *(1,) * count) for edge in (flat.amin(dim=1), flat.amax(dim=1)))
        width = (high - low).clamp(min=DARKEST)
        exponent = torch.exp(signed(gamma) * strength.gamma)
        images = ((images - low) / width).clamp(min=DARKEST) ** exponent * width + low
    if strength.contrast or strength.brightness:
        factor = torch.exp(signed(contrast) * strength.contrast)
        images = images * factor + signed(light) * (strength.brightness * RANGE)
    if strength.noise:
        numbers = torch.tensor(keys, device=images.device)
        grain = noise_of(numbers, images[0, 0].numel()).view(len(images), 1, *images.shape[2:])
        images = images + grain * (noise * (strength.noise * SPREAD * RANGE))
    return images

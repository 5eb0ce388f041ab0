"""Images moved: turned, shifted, magnified and mirrored in one step, sampled once."""

import math

import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from radzoo.models.augmentation.fates import ANGLE, DOWN, MAGNIFY, MIRROR, RIGHT, UPSIDE_DOWN
from radzoo.models.augmentation.strength import Augmentation


def move_by_fate(images: Tensor, fates: Tensor, strength: Augmentation, *, margin: int) -> Tensor:
    """Move every image as its fate says, and cut the margin off.

    Args:
        images: float32 `(n, 1, side, side)`, where `side` is that of the network's input and
            two margins.
        fates: float32 `(n, draws)` on the same device; see `fates`.
        strength: largest change of each kind.
        margin: pixels around what the network is fed; images are moved into it before the
            edge is continued.
    """
    return move(
        images,
        angle=signed(fates[:, ANGLE]) * math.radians(strength.rotation_degrees),
        right=signed(fates[:, RIGHT]) * strength.shift * 2,
        down=signed(fates[:, DOWN]) * strength.shift * 2,
        magnification=torch.exp(signed(fates[:, MAGNIFY]) * strength.scale),
        mirror=side_of(fates[:, MIRROR], changing=strength.mirror),
        upside_down=side_of(fates[:, UPSIDE_DOWN], changing=strength.upside_down),
        margin=margin,
    )


def move(
    images: Tensor,
    *,
    angle: Tensor,
    right: Tensor,
    down: Tensor,
    magnification: Tensor,
    mirror: Tensor | float = 1.0,
    upside_down: Tensor | float = 1.0,
    margin: int = 0,
) -> Tensor:
    """Turn (radians), shift (half sides) and magnify about the middle; edges are continued.

    `mirror` and `upside_down` are -1 where the image changes its sides, else 1.
    """
    side = images.shape[-1]
    size = side - 2 * margin
    cosine, sine = torch.cos(angle) / magnification, torch.sin(angle) / magnification
    rows = [
        torch.stack([cosine * mirror, -sine * upside_down, right], 1),
        torch.stack([sine * mirror, cosine * upside_down, down], 1),
    ]
    places = find_places(torch.stack(rows, 1) * (size / side), size)
    return grid_sample(images, places, padding_mode="border", align_corners=False)


def find_places(matrices: Tensor, size: int) -> Tensor:
    """Return where each pixel comes from: torch's `affine_grid`, three times as fast.

    Args:
        matrices: `(n, 2, 3)`; both coordinates go from -1 to 1, corner to corner.
        size: rows and columns of the result.

    Returns:
        `(n, size, size, 2)`, columns before rows.
    """
    axis = (torch.arange(size, device=matrices.device, dtype=matrices.dtype) * 2 + 1) / size - 1
    places = matrices.new_empty(len(matrices), size, size, 2)
    for coordinate in (0, 1):
        row = matrices[:, coordinate, :, None]
        across, down = row[:, 0] * axis, row[:, 1] * axis + row[:, 2]
        torch.add(across[:, None, :], down[:, :, None], out=places[..., coordinate])
    return places


def signed(uniform: Tensor) -> Tensor:
    """Turn [0, 1) into [-1, 1)."""
    return 2 * uniform - 1


def side_of(uniform: Tensor, *, changing: bool) -> Tensor:
    """Return -1 for about every second image if sides may change, else 1."""
    return torch.where(uniform < 0.5, -1.0, 1.0) if changing else torch.ones_like(uniform)

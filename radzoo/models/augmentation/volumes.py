"""Volumes as they might have been: turned, tilted, shifted and magnified; greys changed.

Nothing is mirrored unless a set says so: the liver is on the right, and side is what a report
is about.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from radzoo.models.augmentation.fates import (
    ANGLE,
    DOWN,
    KEY,
    MAGNIFY,
    MIRROR,
    RIGHT,
    UPSIDE_DOWN,
)
from radzoo.models.augmentation.geometry import side_of, signed
from radzoo.models.augmentation.grey import MASK, change_greys
from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.samples import AUGMENTATION, generator

NOD, LEAN, ALONG = range(3)
TILT_SHARE: Final = 0.5
"""Of the rotation in the plane: a patient on a table tilts less than the head turns."""
OWN_STREAM: Final = 2


@lru_cache(maxsize=2)
def draw_tilts(n: int, *, seed: int, epoch: int) -> NDArray[np.float64]:
    """Draw what becomes of every volume beyond `fates.draw`: `(n, 3)`, uniform in [0, 1)."""
    tilts = generator(seed, epoch, AUGMENTATION, OWN_STREAM).random((n, 3))
    tilts.flags.writeable = False
    return tilts


def augment_volumes(
    volumes: Tensor,
    fates: NDArray[np.float64],
    tilts: NDArray[np.float64],
    strength: Augmentation,
    *,
    spacing_mm: tuple[float, float, float] | None = None,
) -> Tensor:
    """Change every volume as its fate says.

    Args:
        volumes: float32 `(n, 1, slices, rows, columns)` in [0, 1]; may be overwritten.
        fates: `(n, 11)`, the rows of `fates.draw` that belong to these volumes.
        tilts: `(n, 3)`, those of `draw_tilts`.
        strength: largest change of each kind.
        spacing_mm: of slices, rows and columns; None = voxels are cubes.

    Returns:
        Volumes of the same shape, in [0, 1].
    """
    uniform, more = (
        torch.from_numpy(one.astype(np.float32)).to(volumes.device) for one in (fates, tilts)
    )
    keys = torch.from_numpy((fates[:, KEY] * MASK).astype(np.int64)).to(volumes.device)
    if strength.moves:
        volumes = _move(volumes, uniform, more, strength, spacing_mm or (1.0, 1.0, 1.0))
    return change_greys(volumes, uniform, keys, strength)


def _move(
    volumes: Tensor,
    fates: Tensor,
    tilts: Tensor,
    strength: Augmentation,
    spacing_mm: tuple[float, float, float],
) -> Tensor:
    """Move every volume about its middle, in mm; edges are continued."""
    most = math.radians(strength.rotation_degrees)
    turning = (
        _about(2, signed(fates[:, ANGLE]) * most)
        @ _about(0, signed(tilts[:, NOD]) * (most * TILT_SHARE))
        @ _about(1, signed(tilts[:, LEAN]) * (most * TILT_SHARE))
    )
    magnification = torch.exp(signed(fates[:, MAGNIFY]) * strength.scale)
    sides = torch.stack(
        [
            side_of(fates[:, MIRROR], changing=strength.mirror),
            side_of(fates[:, UPSIDE_DOWN], changing=strength.upside_down),
            torch.ones_like(fates[:, MIRROR]),
        ],
        dim=1,
    )
    matrix = turning / magnification[:, None, None] * sides[:, None, :]
    # torch counts columns, rows, slices, each from -1 to 1: half lengths in mm make it even.
    lengths = [n * step for n, step in zip(volumes.shape[2:], spacing_mm, strict=True)]
    half = volumes.new_tensor(lengths[::-1])
    shifts = torch.stack([signed(fates[:, RIGHT]), signed(fates[:, DOWN]), signed(tilts[:, ALONG])])
    moves = torch.cat(
        [matrix * half / half[:, None], shifts.T[..., None] * (2 * strength.shift)], 2
    )
    places = affine_grid(moves, list(volumes.shape), align_corners=False)
    return grid_sample(volumes, places, padding_mode="border", align_corners=False)


def _about(axis: int, angle: Tensor) -> Tensor:
    """Return rotations `(n, 3, 3)` about x, y or z (0, 1, 2), in radians."""
    one, two = [other for other in range(3) if other != axis]
    turned = torch.eye(3, device=angle.device).repeat(len(angle), 1, 1)
    turned[:, one, one] = turned[:, two, two] = torch.cos(angle)
    turned[:, one, two], turned[:, two, one] = -torch.sin(angle), torch.sin(angle)
    return turned

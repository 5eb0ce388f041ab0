"""Change every image of a batch as its fate says."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radzoo.models.augmentation.fates import KEY
from radzoo.models.augmentation.geometry import move_by_fate
from radzoo.models.augmentation.grey import MASK, change_greys
from radzoo.models.augmentation.strength import Augmentation


def augment(
    images: Tensor, fates: NDArray[np.float64], strength: Augmentation, *, margin: int = 0
) -> Tensor:
    """Change every image as its fate says.

    Args:
        images: float32 `(n, 1, side, side)` in [0, 1]; may be overwritten.
        fates: `(n, draws)`, the rows of `fates.draw` that belong to these images.
        strength: largest change of each kind.
        margin: pixels on each side that are no part of the image, only what lies beyond it.

    Returns:
        `(n, 1, size, size)` in [0, 1], where `size` is `side` without both margins.
    """
    uniform = torch.from_numpy(fates.astype(np.float32)).to(images.device)
    keys = torch.from_numpy((fates[:, KEY] * MASK).astype(np.int64)).to(images.device)
    if strength.moves:
        moved = move_by_fate(images, uniform, strength, margin=margin)
    else:
        side = images.shape[-1]
        moved = images[..., margin : side - margin, margin : side - margin]
    return change_greys(moved, uniform, keys, strength)

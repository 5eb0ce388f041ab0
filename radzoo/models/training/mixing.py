"""Images of a batch mixed two by two, and their targets alike: mixup and cutmix.

Everything is drawn for the whole batch from (seed, epoch, step), and a partner is named by its
place in the batch: the result is the same however the batch is cut into pieces or shared
among processes. The partner's image is fetched with its own augmentation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radzoo.core.recipe import Recipe
from radzoo.models.samples import MIXING, Rows, generator

Look = Callable[[Rows], Tensor]


@dataclass(frozen=True, slots=True)
class Mixing:
    """What becomes of the cases of one batch.

    Attributes:
        partners: `(n,)`, the place in the batch of the case that each is mixed with.
        shares: `(n,)`, how much of the case itself is left, in [0, 1].
        boxes: `(n, 4)`, top, bottom, left and right of the piece that is pasted from the
            partner (cutmix); all 0 where the whole images are mixed (mixup).
    """

    partners: Rows
    shares: NDArray[np.float32]
    boxes: NDArray[np.int64]

    def look_at(self, look: Look) -> Look:
        """Return what gives the mixed images at some places of the batch.

        Args:
            look: gives the images themselves, `(n, channels, rows, columns)`.
        """

        def mixed(places: Rows) -> Tensor:
            own = look(places)
            others = self.partners[places]
            # A batch that is held as a whole has every partner already.
            whole = np.array_equal(places, np.arange(len(self.partners)))
            other = own[torch.from_numpy(others).to(own.device)] if whole else look(others)
            kept = self._kept(places, own)
            return torch.where(kept == 1, own, torch.lerp(other, own, kept))

        return mixed

    def targets(self, targets: Tensor) -> Tensor:
        """Mix the targets of the whole batch `(n, n_labels)`; NaN in either gives NaN."""
        shares = torch.from_numpy(self.shares).to(targets.device)[:, None]
        others = targets[torch.from_numpy(self.partners).to(targets.device)]
        # Where both agree the result is theirs to the bit.
        return torch.where(targets == others, targets, shares * targets + (1 - shares) * others)

    def _kept(self, places: Rows, images: Tensor) -> Tensor:
        """Return the share of its own that every pixel keeps: `(n, 1, rows, columns)`.

        Where nothing is pasted it is one number for each image or volume.
        """
        if not self.boxes.any():
            shares = torch.from_numpy(self.shares[places]).to(images)
            return shares.view(-1, *[1] * (images.ndim - 1))
        boxes = torch.from_numpy(self.boxes[places]).to(images.device)
        top, bottom, left, right = boxes[:, :, None, None].unbind(1)
        row = torch.arange(images.shape[-2], device=images.device)[None, :, None]
        column = torch.arange(images.shape[-1], device=images.device)[None, None, :]
        inside = (row >= top) & (row < bottom) & (column >= left) & (column < right)
        shares = torch.from_numpy(self.shares[places]).to(images)[:, None, None]
        pasted = (bottom > top) & (right > left)
        return torch.where(pasted, (~inside).to(images.dtype), shares)[:, None]


def draw_mixing(recipe: Recipe, n: int, *, size: int, epoch: int, step: int) -> Mixing | None:
    """Draw partners and shares for a batch of `n` images; None if the recipe mixes nothing.

    With both mixup and cutmix, half of the cases meet the one, half the other.

    Args:
        recipe: parameters of the two beta distributions, and the seed.
        n: cases of the batch, on all devices together.
        size: rows and columns of an image.
        epoch: from 1.
        step: of this epoch.

    References:
        Zhang et al. mixup: Beyond Empirical Risk Minimization. ICLR 2018, eq. 1.
        Yun et al. CutMix. ICCV 2019, eq. 1 and 2.
    """
    if not recipe.mixup and not recipe.cutmix:
        return None
    chance = generator(recipe.seed, epoch, MIXING, step)
    partners = chance.permutation(n)
    pastes = chance.random(n) < (0.5 if recipe.mixup and recipe.cutmix else bool(recipe.cutmix))
    shares = chance.beta(recipe.mixup or 1.0, recipe.mixup or 1.0, n)
    areas = chance.beta(recipe.cutmix or 1.0, recipe.cutmix or 1.0, n)
    boxes = _boxes(areas, chance.random((n, 2)), size)
    boxes[~pastes] = 0
    pasted = (boxes[:, 1] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 2]) / size**2
    shares = np.where(pastes, 1 - pasted, shares)
    return Mixing(partners, shares.astype(np.float32), boxes)


def _boxes(shares: NDArray[np.float64], centres: NDArray[np.float64], size: int) -> Rows:
    """Return boxes of `1 - share` of the area about their centres; the image's edge cuts them."""
    half = np.sqrt(1 - shares)[:, None] * size / 2
    middle = centres * size
    first = np.rint(middle - half).clip(0, size).astype(np.int64)
    last = np.rint(middle + half).clip(0, size).astype(np.int64)
    return np.stack([first[:, 0], last[:, 0], first[:, 1], last[:, 1]], axis=1)

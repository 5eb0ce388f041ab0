"""From numbers of cases to the volumes that a network is fed."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radzoo.core.entry import VolumeInput
from radzoo.core.plugins import Matrix
from radzoo.core.volume_axes import CANONICAL, axis_of
from radzoo.models.augmentation.fates import draw
from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.augmentation.volumes import augment_volumes, draw_tilts
from radzoo.models.covariates import beside
from radzoo.models.device import Engine
from radzoo.models.feed import Feed, as_float
from radzoo.models.pixels import Pixels, PixelsAtHand, Stored
from radzoo.models.samples import Rows

FLATTEST: Final = 1e-6
"""The least standard deviation of grey values in 0 to 1 that is divided by."""


@dataclass(frozen=True, slots=True)
class VolumeSamples:
    """Volumes and targets of one split.

    Attributes:
        images: uint16 or uint8 `(any, slices, rows, columns)`, usually a memory map shared by
            all splits; 0 = least dense, the highest value of the type = densest.
        rows: `(n_cases,)`, which volumes are of this split.
        targets: `(n_cases, n_columns)`, NaN = not known.
        names: `n_cases` names by which the user knows the cases.
        covariates: `(n_cases, k)`, what a network is told beside each volume; None = nothing.
    """

    images: NDArray[np.uint16] | NDArray[np.uint8]
    rows: Rows
    targets: Matrix
    names: tuple[str, ...]
    covariates: Matrix | None = None

    @property
    def size(self) -> int:
        """The longest of slices, rows and columns."""
        return int(max(self.images.shape[1:]))

    @property
    def stored(self) -> Stored:
        """Where the voxels are."""
        return Stored(self.images, self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def volume_feed(
    samples: VolumeSamples,
    contract: VolumeInput,
    engine: Engine,
    *,
    augmentation: Augmentation | None = None,
    seed: int = 0,
    pixels: Pixels | None = None,
) -> Feed:
    """Return a function from (case numbers, epoch) to a batch on the device.

    What becomes of a case in an epoch follows from seed, epoch and its number alone. Epoch None
    asks for the volumes as they are. Only grey values of 16 or 8 bits travel to the device.

    Args:
        samples: whose volumes.
        contract: what the network is to be fed.
        engine: where it computes.
        augmentation: how volumes vary from epoch to epoch; None = not at all.
        seed: of that.
        pixels: brings the voxels to the device; None = when they are wanted.
    """
    densest = float(np.iinfo(samples.images.dtype).max)
    bring = pixels or PixelsAtHand(samples.stored, engine)
    varies = augmentation is not None and augmentation.changes

    def feed(chosen: Rows, epoch: int | None) -> Tensor:
        values = as_float(bring(chosen))[:, None].div_(densest)
        if varies and epoch is not None:
            assert augmentation is not None
            n = len(samples)
            fates = draw(n, seed=seed, epoch=epoch)[chosen]
            tilts = draw_tilts(n, seed=seed, epoch=epoch)[chosen]
            values = augment_volumes(
                values, fates, tilts, augmentation, spacing_mm=contract.spacing_mm
            )
        return normalise_volumes(values, contract)

    return beside(feed, samples.covariates, engine.device)


def normalise_volumes(values: Tensor, contract: VolumeInput) -> Tensor:
    """Bring grey values to the range, channels, normalisation and axes of a network.

    A z-score is of each volume. With `z-score-nonzero` only voxels that are not black count,
    and black ones become 0, as the others' mean; padding is black.

    Args:
        values: float32 `(n, 1, slices, rows, columns)` in [0, 1], 0 = the lower end of what was
            kept; may be overwritten.
        contract: what the network is to be fed.

    Returns:
        `(n, channels, ...)`, with the axes in the order and directions of its orientation.
    """
    if contract.normalisation in ("z-score", "z-score-nonzero"):
        fed = _standardise(values, only_nonzero=contract.normalisation == "z-score-nonzero")
        fed = fed.expand(-1, contract.channels, -1, -1, -1)
    else:
        low, high = contract.value_range
        mean = torch.tensor(contract.mean or [0.0] * contract.channels, dtype=torch.float64)
        spread = torch.tensor(contract.std or [1.0] * contract.channels, dtype=torch.float64)
        factor, offset = (
            one.view(1, -1, 1, 1, 1).to(values)
            for one in ((high - low) / spread, (low - mean) / spread)
        )
        fed = values * factor + offset
    return turn(fed, contract.orientation).contiguous()


def turn(volumes: Tensor, orientation: str) -> Tensor:
    """Return `(n, channels, slices, rows, columns)` with its axes in another orientation."""
    if orientation == CANONICAL:
        return volumes
    axes = [axis_of(letter) for letter in orientation]
    turned = volumes.permute(0, 1, *(2 + axis for axis in axes))
    against = [2 + place for place, letter in enumerate(orientation) if letter not in CANONICAL]
    return turned.flip(against) if against else turned


def turn_back(volumes: Tensor, orientation: str) -> Tensor:
    """Undo `turn`."""
    against = [2 + place for place, letter in enumerate(orientation) if letter not in CANONICAL]
    back = [2 + orientation.index(letter) for letter in _letters_along(orientation)]
    return volumes.flip(against).permute(0, 1, *back)


def _letters_along(orientation: str) -> list[str]:
    """Return the letters of an orientation in the order of slices, rows and columns."""
    return sorted(orientation, key=axis_of)


def _standardise(values: Tensor, *, only_nonzero: bool) -> Tensor:
    """Return every volume with mean 0 and standard deviation 1, of what counts of it."""
    counted = (values > 0).to(values) if only_nonzero else torch.ones_like(values)
    within = (1, 2, 3, 4)
    n = counted.sum(within, keepdim=True).clamp_(min=1)
    mean = (values * counted).sum(within, keepdim=True) / n
    variance = ((values - mean).square_() * counted).sum(within, keepdim=True) / n
    return (values - mean) / variance.sqrt_().clamp_(min=FLATTEST) * counted

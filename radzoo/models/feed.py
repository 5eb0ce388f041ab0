"""From case numbers to what a network is fed, one batch at a time."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from radzoo.core.entry import PlaneInput
from radzoo.models.augmentation.augment import augment
from radzoo.models.augmentation.fates import draw
from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.covariates import beside
from radzoo.models.device import Engine
from radzoo.models.pixels import Pixels, PixelsAtHand, stored_of
from radzoo.models.samples import Feed, Rows, Samples

__all__ = ["Feed", "as_float", "image_feed", "in_order", "normalise", "tensor_feed"]


def image_feed(
    samples: Samples,
    contract: PlaneInput,
    engine: Engine,
    *,
    augmentation: Augmentation | None = None,
    seed: int = 0,
    pixels: Pixels | None = None,
) -> Feed:
    """Return a function from (case numbers, epoch) to a batch on the device.

    Epoch None asks for the images as they are, for evaluation: without their margins, which
    augmentation draws upon. Only 16-bit or 8-bit grey pixels travel to the device; all
    arithmetic happens there.

    Args:
        samples: whose images.
        contract: what the network is to be fed.
        engine: where it computes.
        augmentation: how images vary from epoch to epoch; None = not at all.
        seed: of that.
        pixels: brings them to the device, with margins if there is an augmentation that
            changes anything; None = when they are wanted.
    """
    densest = float(np.iinfo(samples.images.dtype).max)
    wide = augmentation is not None and augmentation.changes
    bring = pixels or PixelsAtHand(stored_of(samples, margins=wide), engine)
    inner = slice(samples.margin, samples.margin + samples.size) if wide else slice(None)

    def feed(chosen: Rows, epoch: int | None) -> Tensor:
        stored = bring(chosen)
        if wide and epoch is not None:
            assert augmentation is not None
            fates = draw(len(samples), seed=seed, epoch=epoch)[chosen]
            images = as_float(stored)[:, None].div_(densest)
            changed = augment(images, fates, augmentation, margin=samples.margin)
            fed = normalise(changed, contract)
        else:
            images = as_float(stored[:, inner, inner])[:, None]
            fed = normalise(images, contract, highest=densest)
        return fed.contiguous(memory_format=engine.memory_format)

    return beside(feed, samples.covariates, engine.device)


def as_float(stored: Tensor) -> Tensor:
    """Return grey values as float32; numpy is a third quicker at it than torch on a CPU."""
    if stored.device.type == "cpu":
        return torch.from_numpy(stored.numpy().astype(np.float32))
    return stored.to(torch.float32)


def tensor_feed(values: Tensor) -> Feed:
    """Return a function from case numbers to rows of values that are already known."""

    def feed(chosen: Rows, epoch: int | None) -> Tensor:
        return values[torch.from_numpy(chosen).to(values.device)]

    return feed


def normalise(images: Tensor, contract: PlaneInput, *, highest: float = 1.0) -> Tensor:
    """Bring grey values to the range, channels, mean and spread of the entry.

    Args:
        images: float32 `(n, 1, size, size)`, 0 = least dense; may be overwritten.
        contract: what the network was trained on.
        highest: the value that is densest.

    Returns:
        `(n, channels, size, size)`.
    """
    low, high = contract.value_range
    mean = torch.tensor(contract.mean, dtype=torch.float64)
    spread = torch.tensor(contract.std, dtype=torch.float64)
    # One factor and one offset for each channel: two passes over the batch instead of five.
    factor, offset = (high - low) / highest / spread, (low - mean) / spread
    if factor.numel() == 1:
        return images.mul_(factor.item()).add_(offset.item())
    factor, offset = (one.view(1, -1, 1, 1).to(images) for one in (factor, offset))
    return (images * factor).add_(offset)


def in_order(n: int, batch_size: int) -> Iterator[Rows]:
    """Yield every index below `n` once, in order."""
    for start in range(0, n, batch_size):
        yield np.arange(start, min(start + batch_size, n))

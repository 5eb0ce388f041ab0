"""A whole case, seen through a window of the patch's size that slides over it.

Windows overlap, and the middle of each counts more than its border, where the network sees
little around a voxel. Probabilities are blended, not logits.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from radzoo.core.segmentation import SegmentationPlan
from radzoo.models.device import Engine
from radzoo.models.spread import is_spread

Place: TypeAlias = tuple[slice, ...]
Look: TypeAlias = Callable[[Tensor, Sequence[Place]], None]
WIDTH: Final = 0.125
"""Standard deviation of the weights, as a share of the patch's edge."""
LEAST: Final = 1e-3
MOST_BYTES: Final = 4 * 2**30
"""Sums that need more are kept in half precision."""


def segment(
    network: nn.Module,
    image: Tensor,
    plan: SegmentationPlan,
    engine: Engine,
    *,
    overlap: float = 0.5,
    flips: bool | Sequence[int] = False,
    look: Look | None = None,
) -> Tensor:
    """Return the probability of every class at every voxel, `(classes, *space)`, on the CPU.

    An image that is smaller than the patch is padded with its lowest value, on both sides.

    Args:
        network: on the engine's device; is put in evaluation mode.
        image: float32 `(channels, *space)` on the CPU, normalised.
        plan: whose patch is the window, and whose batch size is how many are held at a time.
        engine: where it computes; always in full precision.
        overlap: of neighbouring windows, as a share of their edge, below 1.
        flips: mirror each window along every choice of these axes (0 = the first of space) and
            average; True = all axes. An organ that has a left and a right twin wants an axis
            along which training images were mirrored.
        look: told the logits of windows, `(n, classes, *patch)` on the device, and where in the
            image they lie; a window that reaches beyond has a place there as well.

    Returns:
        float32; float16 where float32 would take more than `MOST_BYTES`.

    References:
        Isensee F et al. nnU-Net. Nature Methods 2021;18:203. Supplementary note 2 (Gaussian
        weights with a standard deviation of an eighth of the patch).
    """
    axes = tuple(range(plan.dimensions)) if flips is True else tuple(flips or ())
    mirrors = [chosen for n in range(len(axes) + 1) for chosen in itertools.combinations(axes, n)]
    before, padded = pad(image, plan.patch)
    space = padded.shape[1:]
    numel = plan.n_classes * math.prod(space)
    kind = torch.float32 if 4 * numel <= MOST_BYTES else torch.float16
    sums = torch.zeros(plan.n_classes, *space, dtype=kind)
    counts = torch.zeros(space)
    weights = importance(plan.patch)
    network.eval()
    # What is put together of a spread network in inference mode could not be learnt with later.
    quiet = torch.no_grad if is_spread(network) else torch.inference_mode
    with quiet():
        for places in batches(find_places(space, plan.patch, overlap), plan.batch_size):
            windows = torch.stack([padded[(slice(None), *place)] for place in places])
            windows = windows.to(engine.device)
            said = torch.zeros(())
            for mirror in mirrors:
                turned = [2 + axis for axis in mirror]
                logits = network(windows.flip(turned)).float().flip(turned)
                if look is not None and not mirror:
                    look(logits, [shift(place, before) for place in places])
                said = said.to(logits.device) + logits.softmax(dim=1) / len(mirrors)
            for place, found in zip(places, said.cpu(), strict=True):
                sums[(slice(None), *place)] += (found * weights).to(kind)
                counts[place] += weights
        inner = tuple(slice(at, at + n) for at, n in zip(before, image.shape[1:], strict=True))
        answer = sums[(slice(None), *inner)]
        answer /= counts[inner]
    return answer.contiguous()


def pad(
    image: Tensor, patch: Sequence[int], value: float | None = None
) -> tuple[tuple[int, ...], Tensor]:
    """Return how many voxels are put before each axis, and the image that no patch exceeds.

    Args:
        image: `(channels, *space)`.
        patch: the least edges.
        value: what is put around it; None = the lowest value of the image.
    """
    missing = [max(0, edge - n) for edge, n in zip(patch, image.shape[1:], strict=True)]
    before = tuple(n // 2 for n in missing)
    if not any(missing):
        return before, image
    ends = [(first, n - first) for first, n in zip(before, missing, strict=True)]
    flat = [n for pair in reversed(ends) for n in pair]
    return before, nn.functional.pad(
        image, flat, value=float(image.min() if value is None else value)
    )


def find_places(space: Sequence[int], patch: Sequence[int], overlap: float) -> list[Place]:
    """Return the windows that cover an image; the last of each axis ends with it."""
    starts = []
    for length, edge in zip(space, patch, strict=True):
        step = max(1, int(edge * (1 - overlap)))
        n = 1 + math.ceil((length - edge) / step)
        starts.append([min(number * step, length - edge) for number in range(n)])
    return [
        tuple(slice(start, start + edge) for start, edge in zip(chosen, patch, strict=True))
        for chosen in itertools.product(*starts)
    ]


def batches(places: Sequence[Place], n: int) -> Iterator[Sequence[Place]]:
    """Yield places, at most `n` at a time."""
    for start in range(0, len(places), n):
        yield places[start : start + n]


def importance(patch: Sequence[int]) -> Tensor:
    """Return how much each voxel of a window counts: a Gaussian about its middle, 1 there."""
    weights = torch.ones(())
    for edge in patch:
        places = torch.arange(edge) - (edge - 1) / 2
        line = torch.exp(-(places**2) / (2 * (WIDTH * edge) ** 2))
        weights = weights[..., None] * line
    return weights.clamp(min=LEAST)


def shift(place: Place, before: Sequence[int], way: int = 1) -> Place:
    """Return where a window of the padded image lies in the image itself; `way` -1: back."""
    return tuple(
        slice(one.start - way * first, one.stop - way * first)
        for one, first in zip(place, before, strict=True)
    )


def to_labels(probabilities: Tensor) -> NDArray[np.uint8]:
    """Return the most probable class of every voxel, `(*space)`; of equals the first."""
    labels = np.empty(tuple(probabilities.shape[1:]), np.uint8)
    for number, piece in enumerate(probabilities.unbind(dim=1)):  # an int64 map of all is large
        labels[number] = piece.argmax(dim=0).numpy().astype(np.uint8)
    return labels

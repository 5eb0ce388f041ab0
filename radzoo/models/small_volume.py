"""A small volume for networks that take volumes, always the same, and what they say of it.

It tests weights and architecture alone. The facts of a preprocessing contract for volumes
(spacing, orientation, a window of Hounsfield units) mean nothing to numbers without a scanner.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import torch
from torch import Tensor, nn

from radzoo.core.entry import Preprocessing

LONGEST: Final = 96
WHERE_UNKNOWN: Final = 64
AXES: Final = 3


def small_volume(image: Sequence[Sequence[int]], contract: Preprocessing) -> Tensor:
    """Make a volume of a small image.

    The image is stacked along a third axis, rolled by one more row from slice to slice and by
    one more column from channel to channel, and resized trilinearly to the size of the
    contract: 64 where that is not known, and 96 at most.

    Args:
        image: rows of grey values, 0 to 255.
        contract: its channels, size and value range count; unknown ones are 1, 64 and [0, 1].

    Returns:
        `(1, channels, *size)`.
    """
    grey = torch.tensor(image, dtype=torch.float32) / 255
    depth, n_channels = grey.shape[1], contract.channels or 1
    channels = [
        torch.stack([grey.roll((layer, channel), (0, 1)) for layer in range(depth)], dim=2)
        for channel in range(n_channels)
    ]
    cubes = torch.stack(channels)[None]
    volume = nn.functional.interpolate(cubes, size_of(contract), mode="trilinear")
    low, high = contract.value_range or (0.0, 1.0)
    return volume * (high - low) + low


def size_of(contract: Preprocessing) -> list[int]:
    """Return the length of each axis of the small volume."""
    size = contract.size or WHERE_UNKNOWN
    lengths = size if isinstance(size, list) else [size] * AXES
    return [min(length, LONGEST) for length in lengths]


def spread(output: object, most: int) -> list[float]:
    """Return at most so many values of an output, spread evenly over all its tensors.

    The first ones of a map would be those of a corner.
    """
    values = torch.cat([tensor.float().flatten() for tensor in _tensors(output)])
    places = torch.linspace(0, len(values) - 1, min(most, len(values)), dtype=torch.float64)
    return [float(value) for value in values[places.round().long()]]


def _tensors(output: object) -> Iterator[Tensor]:
    """Yield the tensors of whatever a network gives, in order."""
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, Mapping):
        for _, part in sorted(output.items()):
            yield from _tensors(part)
    elif isinstance(output, (list, tuple)):
        for part in output:
            yield from _tensors(part)

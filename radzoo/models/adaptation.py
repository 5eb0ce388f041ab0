"""Published weights for a network that differs in its channels or in the size of its images."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

State = Mapping[str, Tensor]
Log = Callable[[str], object]
COLOURS = 3
POSITIONS = ("pos_embed", "pos_embedding", "position_embeddings")
MOST_TOKENS = 16


def adapt(network: nn.Module, state: State, log: Log) -> dict[str, Tensor]:
    """Bring the first layer and the position embedding to the shapes of the network.

    Where that is not possible the tensors stay as they are, and are named as misshapen later.
    """
    adapted = dict(state)
    adapt_channels(network, adapted, log)
    for name, wanted in network.state_dict().items():
        given = adapted.get(name)
        if given is not None and name.endswith(POSITIONS) and given.shape != wanted.shape:
            resized = resize_positions(given, wanted, first_tokens(network), axes_of(network))
            if resized is not None:
                adapted[name] = resized
                log(f"{name} was resized from {given.shape[1]} to {wanted.shape[1]} positions")
    return adapted


def adapt_channels(network: nn.Module, state: dict[str, Tensor], log: Log) -> None:
    """Bring the first layer's weights from three colours to one grey channel, or back.

    A grey image repeated three times meets the sum of the three colours' weights; so does one
    channel's weight if each of three equal colours carries a third of it.
    """
    first = first_convolution(network)
    weight = state.get(f"{first}.weight")
    if first is None or weight is None or weight.ndim < 4:
        return
    wanted = network.get_parameter(f"{first}.weight")
    given, needed = weight.shape[1], wanted.shape[1]
    if (given, needed) == (COLOURS, 1):
        state[f"{first}.weight"] = weight.sum(dim=1, keepdim=True)
        log(f"the three colours of {first}.weight were summed for grey images")
    elif (given, needed) == (1, COLOURS):
        state[f"{first}.weight"] = weight.repeat_interleave(COLOURS, dim=1) / COLOURS
        log(f"the grey channel of {first}.weight was shared among three colours")


def first_convolution(network: nn.Module) -> str | None:
    """Name the layer that the image meets first."""
    kinds = (nn.Conv2d, nn.Conv3d)
    found = (name for name, module in network.named_modules() if isinstance(module, kinds))
    return next(found, None)


def first_tokens(network: nn.Module) -> int | None:
    """Return how many tokens that are no patches stand first in the position embedding."""
    if getattr(network, "no_embed_class", False):
        return 0
    tokens = getattr(network, "num_prefix_tokens", None)
    return tokens if isinstance(tokens, int) else None


def axes_of(network: nn.Module) -> int:
    """Return 3 for a network of volumes, 2 for one of images."""
    name = first_convolution(network)
    return 3 if name and isinstance(network.get_submodule(name), nn.Conv3d) else 2


def resize_positions(given: Tensor, wanted: Tensor, tokens: int | None, axes: int) -> Tensor | None:
    """Resample a position embedding from one square (or cube) of patches to another.

    Args:
        given: `(1, tokens + patches, features)`.
        wanted: of the network, `(1, tokens + patches, features)`.
        tokens: how many stand before the patches; None = whatever makes both square.
        axes: 2 for images, 3 for volumes.

    Returns:
        None if the numbers of patches are not those of squares (cubes).
    """
    if given.ndim != 3 or given.shape[::2] != wanted.shape[::2]:
        return None
    for first in range(MOST_TOKENS) if tokens is None else (tokens,):
        old, new = side(given.shape[1] - first, axes), side(wanted.shape[1] - first, axes)
        if old and new:
            grid = (1, given.shape[2], *(old,) * axes)
            patches = given[:, first:].float().transpose(1, 2).reshape(grid)
            mode = "bicubic" if axes == 2 else "trilinear"
            resized = nn.functional.interpolate(
                patches, size=(new,) * axes, mode=mode, antialias=axes == 2
            )
            patches = resized.flatten(2).transpose(1, 2).to(given.dtype)
            return torch.cat([given[:, :first], patches], dim=1)
    return None


def side(patches: int, axes: int) -> int:
    """Return the side of the square (cube) of so many patches; 0 if there is none."""
    length = round(max(patches, 0) ** (1 / axes))
    return length if length**axes == patches else 0

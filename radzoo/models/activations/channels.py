"""Where the channels of a tensor are after a call of torch, and whether it left them alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn

# They treat every channel by itself: twice as many channels go through them alike.
CHANNELWISE = frozenset([
    "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "dropout",
    "dropout2d", "contiguous", "to", "float", "type_as", "pad",
    "max_pool3d", "avg_pool3d", "adaptive_avg_pool3d", "adaptive_max_pool3d", "dropout3d",
])  # fmt: skip
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)
CONVOLVING = frozenset([
    "conv2d", "conv3d", "conv_transpose2d", "conv_transpose3d", "batch_norm", "group_norm",
    "instance_norm",
])  # fmt: skip


def can_widen(module: nn.Module, tensors: list[Tensor], dim: int | None) -> bool:
    """Could the module that reads this tensor take twice the channels, by twice the weights?

    Not if each channel has its own filter, or the weights are computed from others.

    Args:
        module: what calls a convolution, a matrix product or a batch normalisation.
        tensors: what it hands over: the features, then its weights.
        dim: where the channels of the features are.
    """
    if isinstance(module, NORMS):
        return dim == 1
    if not isinstance(module, (*CONVOLUTIONS, nn.Linear)) or len(tensors) < 2:
        return False
    if tensors[1] is not module.weight:
        return False
    if isinstance(module, CONVOLUTIONS):
        return module.groups == 1 and dim == 1
    return tensors[0].ndim == 2 or dim == -1


def keeps_channels(
    name: str, tensor: Tensor, dim: int | None, args: tuple[Any, ...], given: Mapping[str, Any]
) -> bool:
    """Does a call leave every channel by itself, at most folding the axes of space?"""
    if name in CHANNELWISE:
        return True
    if tensor.ndim not in (4, 5) or dim != 1:
        return False
    if name == "flatten":
        return args[1:] in ((1,), (1, -1)) or given == {"start_dim": 1}
    if name != "mean":
        return False
    axes = args[1] if len(args) > 1 else given.get("dim")
    space = set(range(2, tensor.ndim))
    return isinstance(axes, (list, tuple)) and {axis % tensor.ndim for axis in axes} == space


def find_dim(
    name: str, dim: int | None, ndim: int, args: tuple[Any, ...], output: Tensor, size: int | None
) -> int | None:
    """Return the axis of the channels in what a call gave; None if nobody can tell.

    Args:
        name: of the function.
        dim: the axis in the first tensor that it took.
        ndim: how many axes that tensor had.
        args: of the call.
        output: what it gave.
        size: length of the last axis of the first tensor.
    """
    if name in CONVOLVING:
        return 1
    if name in ("linear", "layer_norm"):
        return -1
    if dim is None:
        return None
    if output.ndim == 2:
        return 1
    if name == "permute":
        order = args[1] if isinstance(args[1], (list, tuple)) else args[1:]
        at = [axis % ndim for axis in order].index(dim % ndim)
        return {1: 1, ndim - 1: -1}.get(at)
    if name in ("view", "reshape", "flatten", "unflatten", "transpose", "unsqueeze", "expand"):
        return -1 if dim == -1 and output.shape[-1] == size and name != "transpose" else None
    return dim if output.ndim == ndim else None


def find_tensors(values: object) -> Iterator[Tensor]:
    """Yield the tensors in nested lists, in order."""
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, Mapping):
        yield from find_tensors(list(values.values()))
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from find_tensors(value)

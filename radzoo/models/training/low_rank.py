"""LoRA: a weight stays as published, and a change of low rank beside it is learnt.

The weight of a layer, written as a matrix of `outputs` rows, is computed as
`published + alpha / rank * up @ down`. `up` begins at zero, so that training begins at the
published network. Merged, the network has the names and shapes of its architecture again.

References:
    Hu et al. LoRA: Low-Rank Adaptation of Large Language Models. ICLR 2022, section 4.1.
"""

from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import (
    ParametrizationList,
    is_parametrized,
    register_parametrization,
    remove_parametrizations,
)

from radzoo.models.samples import LOW_RANK, generator
from radzoo.models.training.layers import head_weights


class LowRankChange(nn.Module):
    """Adds a learnt matrix of low rank to a weight of any shape."""

    def __init__(self, weight: Tensor, *, rank: int, alpha: float, source: torch.Generator) -> None:
        super().__init__()
        rows, columns = weight.shape[0], weight[0].numel()
        bounded = min(rank, rows, columns)
        down = torch.empty(bounded, columns)
        nn.init.kaiming_uniform_(down, a=5**0.5, generator=source)
        self.down = nn.Parameter(down.to(weight.device))
        self.up = nn.Parameter(torch.zeros(rows, bounded, device=weight.device))
        self.scale = alpha / rank

    def forward(self, published: Tensor) -> Tensor:
        """Return the weight that the layer computes with."""
        # Half precision would round the change away beside weights in full precision.
        kind = "cpu" if published.is_meta else published.device.type
        with torch.autocast(kind, enabled=False):
            return published + self.scale * (self.up @ self.down).view(published.shape)


def add_low_rank(network: nn.Module, *, rank: int, alpha: float, seed: int) -> None:
    """Freeze the encoder, and put a change of low rank beside each weight that was to learn.

    These are the weights of linear layers and convolutions, and the joint input projection of
    `nn.MultiheadAttention`. Depthwise convolutions, whose matrices have as low a rank
    anyhow, and all biases, scales, shifts and embeddings stay as published. The last layer
    is new and learns as it is.

    Args:
        network: whose weights say by `requires_grad` whether they were to learn.
        rank: of the changes; less where the weight itself has fewer rows or columns.
        alpha: their scale, divided by `rank`.
        seed: where `down` comes from.
    """
    head = head_weights(network)
    source = torch.Generator().manual_seed(int(generator(seed, 0, LOW_RANK).integers(2**62)))
    places = [
        (module, name) for path, module, name in _places(network) if f"{path}{name}" not in head
    ]
    for weight_name, weight in network.named_parameters():
        weight.requires_grad_(weight.requires_grad and weight_name in head)
    for module, name in places:
        weight = getattr(module, name)
        register_parametrization(
            module, name, LowRankChange(weight, rank=rank, alpha=alpha, source=source)
        )


def _places(network: nn.Module) -> Iterator[tuple[str, nn.Module, str]]:
    """Yield path, module and name of every weight that a change can stand beside."""
    for path, module in network.named_modules():
        name = weight_beside(module)
        if name is not None and module.get_parameter(name).requires_grad:
            yield f"{path}." if path else "", module, name


def weight_beside(module: nn.Module) -> str | None:
    """Name the weight of a module that a change of low rank can stand beside, if any."""
    if isinstance(module, nn.MultiheadAttention):
        return "in_proj_weight" if module.in_proj_weight is not None else None
    if isinstance(module, nn.modules.conv._ConvNd):
        return None if module.groups == module.in_channels > 1 else "weight"
    return "weight" if isinstance(module, nn.Linear) else None


def merge(network: nn.Module) -> None:
    """Let every weight be what it was computed to be; nothing of the changes is left."""
    for module in list(network.modules()):
        if is_parametrized(module):
            for name in list(_changes(module)):
                remove_parametrizations(module, name, leave_parametrized=True)


def _changes(module: nn.Module) -> dict[str, ParametrizationList]:
    return dict(cast("nn.ModuleDict", module.parametrizations).items())  # type: ignore[arg-type]  # torch's own record of them

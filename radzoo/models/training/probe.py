"""A linear probe teaches only the last layer: the features before it are computed once."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from radzoo.models.device import memory_guard
from radzoo.models.feed import Feed, in_order
from radzoo.models.heads import head_names
from radzoo.models.samples import Rows


class Probe(nn.Module):
    """The last layer of a network, fed with known features."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        (name,) = head_names(network)
        self.head = network.get_submodule(name)

    def forward(self, features: Tensor) -> Tensor:
        """Return logits `(n, outputs)`."""
        logits: Tensor = self.head(features).flatten(1)
        return logits


def features(
    network: nn.Module,
    feed: Feed,
    n: int,
    *,
    batch_size: int,
    track: Callable[[Iterable[Rows]], Iterable[Rows]] = iter,
) -> Tensor:
    """Return what reaches the last layer of a network in evaluation mode, on its device."""
    (name,) = head_names(network)
    seen: list[Tensor] = []
    hook = network.get_submodule(name).register_forward_pre_hook(
        lambda module, inputs: seen.append(inputs[0].float())
    )
    network.eval()
    try:
        with torch.inference_mode(), memory_guard(batch_size):
            for chosen in track(list(in_order(n, batch_size))):
                network(feed(chosen, None))
    finally:
        hook.remove()
    with torch.inference_mode(False):
        return torch.cat(seen).clone()


def can_cache(network: nn.Module) -> bool:
    """Does one last layer see one row of features per case?"""
    return len(head_names(network)) == 1

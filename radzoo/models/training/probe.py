"""A linear probe teaches only the last layer: the features before it are computed once."""

from collections.abc import Callable, Iterable

from torch import Tensor, nn

from radzoo.models.feed import Feed
from radzoo.models.heads import head_names
from radzoo.models.predict import run
from radzoo.models.ranks import ALONE, Ranks
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


class Before(nn.Module):
    """A network that gives what reaches its last layer instead of what that makes of it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        (self.name,) = head_names(network)

    def forward(self, batch: Tensor) -> Tensor:
        """Return features, `(n, ...)`."""
        seen: list[Tensor] = []
        hook = self.network.get_submodule(self.name).register_forward_pre_hook(
            lambda module, inputs: seen.append(inputs[0])
        )
        try:
            self.network(batch)
        finally:
            hook.remove()
        return seen[0]


def features(
    network: nn.Module,
    feed: Feed,
    n: int,
    *,
    batch_size: int,
    track: Callable[[Iterable[Rows]], Iterable[Rows]] = iter,
    ranks: Ranks = ALONE,
) -> Tensor:
    """Return what reaches the last layer of a network in evaluation mode, on its device.

    Several processes share the cases out among them, and each gets the features of all.
    """
    device = next(network.parameters()).device
    seen = run(Before(network), feed, n, batch_size=batch_size, track=track, ranks=ranks)
    return seen.to(device)


def can_cache(network: nn.Module) -> bool:
    """Does one last layer see one row of features per case?"""
    return len(head_names(network)) == 1

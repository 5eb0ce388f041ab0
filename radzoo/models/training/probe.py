"""A linear probe teaches only the last layer: the features before it are computed once."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from radzoo.models.covariates import WithCovariates, numbers_in
from radzoo.models.feed import Feed
from radzoo.models.heads import head_names
from radzoo.models.predict import run
from radzoo.models.ranks import ALONE, Ranks
from radzoo.models.samples import Rows


class Probe(nn.Module):
    """The last layer of a network, fed with known features."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.covariates = network.covariates if isinstance(network, WithCovariates) else None
        inner = network.network if isinstance(network, WithCovariates) else network
        (name,) = head_names(inner)
        self.head = inner.get_submodule(name)

    def forward(self, features: Tensor) -> Tensor:
        """Return logits `(n, outputs)`."""
        if self.covariates is None:
            logits: Tensor = self.head(features).flatten(1)
        else:
            k = self.covariates.in_features
            logits = self.head(features[:, :-k]) + self.covariates(features[:, -k:])
        return logits


class Before(nn.Module):
    """A network that gives what reaches its last layer instead of what that makes of it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.k = network.k if isinstance(network, WithCovariates) else 0
        self.network = network.network if isinstance(network, WithCovariates) else network
        (self.name,) = head_names(self.network)

    def forward(self, batch: Tensor) -> Tensor:
        """Return features, `(n, ...)`; behind them what the network is told beside the image."""
        if self.k:
            return torch.cat([self.look(batch[:, : -self.k]), numbers_in(batch, self.k)], dim=1)
        return self.look(batch)

    def look(self, batch: Tensor) -> Tensor:
        """Return features of images, `(n, ...)`."""
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
    if isinstance(network, WithCovariates):  # behind a row of features there is space for more
        names = head_names(network.network)
        return len(names) == 1 and isinstance(network.network.get_submodule(names[0]), nn.Linear)
    return len(head_names(network)) == 1

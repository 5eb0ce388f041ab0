"""Numbers that a network is told beside the image, such as the age.

They travel in the same tensor as the image, each as a further channel with the same value
everywhere: so whatever cuts, mixes or spreads a batch needs to know nothing of them, and planes
and volumes are alike. The network itself never sees these channels.

The last layer of a network is linear in its features. To give it more features is to add, to
what it says, a linear function of them: that is done here, without touching the network, so
that it works for one or several last layers, linear or convolutional.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from radzoo.core.plugins import Matrix
from radzoo.models.heads import head_names
from radzoo.models.samples import Feed, Rows

GAIN: Final = 5.0
"""AdamW changes a weight by about its rate at each step, whatever its gradient: hundreds of
features together move an output quickly, one covariate alone would hardly."""


class Covariates(nn.Linear):
    """What numbers beside the image add to the outputs: a linear function of them."""

    def __init__(self, k: int, outputs: int) -> None:
        super().__init__(k, outputs, bias=False)
        # To begin with, the image alone counts, and nothing is drawn by chance.
        nn.init.zeros_(self.weight)

    def forward(self, numbers: Tensor) -> Tensor:
        """Return what numbers `(n, k)` add to the outputs, `(n, outputs)`."""
        return GAIN * super().forward(numbers)


class WithCovariates(nn.Module):
    """A network whose outputs also depend on numbers beside the image.

    It is fed `(n, channels + k, ...)`: the image's channels, then one for each number.
    """

    def __init__(self, network: nn.Module, k: int, outputs: int) -> None:
        super().__init__()
        self.network = network
        self.k = k
        self.covariates = Covariates(k, outputs)

    @property
    def head_layers(self) -> tuple[str, ...]:
        """The layers that turn features into outputs; see `heads.head_names`."""
        return (*(f"network.{name}" for name in head_names(self.network)), "covariates")

    def forward(self, batch: Tensor) -> Tensor:
        """Return outputs `(n, outputs)`."""
        said: Tensor = self.network(batch[:, : -self.k])
        added: Tensor = self.covariates(numbers_in(batch, self.k))
        return said + added


def numbers_in(batch: Tensor, k: int) -> Tensor:
    """Return the numbers that the last `k` channels hold, `(n, k)`.

    Of mixed images the mean is taken: the share of each is that of its pixels, as of targets.
    """
    return batch[:, -k:].flatten(2).mean(2)


def with_covariates(network: nn.Module, k: int, outputs: int) -> nn.Module:
    """Return the network, told `k` numbers beside the image; with none, as it is."""
    return WithCovariates(network, k, outputs) if k else network


def beside(feed: Feed, covariates: Matrix | None, device: torch.device) -> Feed:
    """Return a feed whose batches hold the numbers of their cases, too.

    Args:
        feed: gives images `(n, channels, ...)`.
        covariates: `(n_cases, k)`; None = there are none, and the feed stays as it is.
        device: where the batches are.
    """
    if covariates is None:
        return feed
    every = torch.from_numpy(covariates.astype(np.float32)).to(device)

    def told(chosen: Rows, epoch: int | None) -> Tensor:
        images = feed(chosen, epoch)
        numbers = every[torch.from_numpy(chosen).to(device)]
        ones = (1,) * (images.ndim - 2)
        planes = numbers.view(*numbers.shape, *ones).expand(-1, -1, *images.shape[2:])
        return torch.cat([images, planes.to(images.dtype)], dim=1)

    return told

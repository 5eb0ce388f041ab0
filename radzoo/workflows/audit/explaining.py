"""Maps of what a score hangs on, by gradients; and the same network with destroyed layers."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from radzoo.checks.subject import Rows
from radzoo.core.plugins import Matrix
from radzoo.models.device import reproducible
from radzoo.models.feed import image_feed
from radzoo.workflows.audit.trained import Bench

AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Gradients:
    """Gradient of a score in the pixels, its size summed over channels.

    References:
        Simonyan K, Vedaldi A, Zisserman A. Deep Inside Convolutional Networks. ICLR 2014.
    """

    bench: Bench

    @property
    def layers(self) -> int:
        """How many layers can be destroyed."""
        return len(layers_of(self.bench.ready.networks[0]))

    def explain(
        self, rows: Rows, images: NDArray[Any], question: int, destroyed: int, seed: int
    ) -> Matrix:
        """Return maps `(m, size, size)`; see `Network.explain`."""
        bench = self.bench
        network = bench.ready.networks[0]
        if destroyed:
            network = destroy(deepcopy(network), destroyed, seed)
        bench.engine.place(network)
        network.eval()
        feed = image_feed(bench.samples(rows, images), bench.contract, bench.engine)
        column = bench.columns[question]
        maps = []
        with reproducible(bench.engine.device):
            for start in range(0, len(rows), AT_ONCE):
                batch = feed(np.arange(start, min(start + AT_ONCE, len(rows))), None)
                batch = batch.detach().requires_grad_()
                (slope,) = torch.autograd.grad(network(batch)[:, column].sum(), batch)
                maps.append(slope.abs().sum(dim=1).cpu())
        return torch.cat(maps).double().numpy()


def layers_of(network: nn.Module) -> list[nn.Module]:
    """Return the parts that have weights of their own and can begin anew, from input to output."""
    return [
        part for part in network.modules()
        if callable(getattr(part, "reset_parameters", None))
        and any(True for _ in part.parameters(recurse=False))
    ]  # fmt: skip


def destroy(network: nn.Module, count: int, seed: int) -> nn.Module:
    """Give the last `count` layers random weights.

    References:
        Adebayo J et al. Sanity Checks for Saliency Maps. NeurIPS 2018. Cascading randomisation.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for part in layers_of(network)[-count:]:
            part.reset_parameters()  # type: ignore[operator]  # layers_of has looked
    return network

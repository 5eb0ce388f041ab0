"""What a pass through a network shows: where its activations are, and who reads what they give.

The pass runs on torch's `meta` device: shapes only, neither memory nor time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import nn
from torch.func import functional_call


class Place(NamedTuple):
    """An activation: which one of those that a module calls, counted from 0."""

    owner: str
    number: int


@dataclass(slots=True)
class Site:
    """What is known of a place.

    Attributes:
        module: name of the activation module; None = a function is called.
        kind: what it is, in the library's words.
        dim: where the channels are, 1 or -1; None = unknown, or not always there.
        channels: how many; None = unknown, or not always as many.
        kept: does anything but a weighted layer use the channels?
    """

    module: str | None
    kind: str
    dim: int | None
    channels: int | None
    kept: bool = False


@dataclass(slots=True)
class Flow:
    """What the pass showed.

    Attributes:
        sites: every activation, in the order of computing.
        readers: for every weighted layer and batch normalisation, whose channels it was fed
            each time; None = those of no activation.
        calls: the channels' axis in every call of an activation, in their order.
    """

    sites: dict[Place, Site] = field(default_factory=dict)
    readers: dict[str, list[Place | None]] = field(default_factory=dict)
    calls: list[int | None] = field(default_factory=list)

    def meet(self, place: Place, site: Site) -> None:
        """Note one call of an activation."""
        known = self.sites.setdefault(place, site)
        self.calls.append(site.dim)
        if known.dim != site.dim:
            known.dim = None
        if known.channels != site.channels:
            known.channels = None


def watch(network: nn.Module, shape: Sequence[int], *, training: bool = False) -> Flow:
    """Pass images of this shape, `(cases, channels, *space)`, through a network."""
    from radzoo.models.activations.watcher import Watcher

    watcher = Watcher(network)
    states = {module: module.training for module in network.modules()}
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    shadows = {name: tensor.detach().to("meta") for name, tensor in tensors.items()}
    images = torch.empty(*shape, device="meta")
    try:
        network.train(training)
        with torch.no_grad(), torch.random.fork_rng(devices=[]), watcher.hooked(), watcher:
            answer = functional_call(network, shadows, (images,))
    finally:
        for module, state in states.items():
            module.training = state
    watcher.keep(answer)
    return watcher.flow

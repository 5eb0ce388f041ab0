"""What kind of network an entry has: found out without computing or storing anything."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.models.build import create, set_image_size
from radzoo.models.dropout import published_dropout


@dataclass(frozen=True, slots=True)
class Traits:
    """What decides how fast a network can be taught.

    Attributes:
        normalises: has it layers that keep its activations in range? AlexNet and the first
            VGG networks have none.
        attends: is it a transformer?
        dropout: share that its own dropout layers are published with; 0 = it has none.
    """

    normalises: bool = True
    attends: bool = False
    dropout: float = 0.0


ORDINARY: Final = Traits()


def traits_of(entry: ZooEntry) -> Traits:
    """Look at the layers of a network that is built without memory for its weights.

    Raises:
        InputError: if the library has no such architecture.
    """
    network = sketch(entry)
    kinds = {type(module).__name__.lower() for module in network.modules()}
    return Traits(
        normalises=any("norm" in kind for kind in kinds),
        attends=any("attention" in kind for kind in kinds),
        dropout=published_dropout(network),
    )


def takes_size(entry: ZooEntry, size: int) -> bool:
    """Can the network of an entry be fed images of this size?"""
    network = sketch(entry).eval()
    try:
        with torch.device("meta"), torch.inference_mode():
            set_image_size(network, size)
            network(torch.zeros(1, entry.input.channels or 1, size, size))
    except (AssertionError, InputError, RuntimeError, ValueError):
        return False
    return True


def sketch(entry: ZooEntry, outputs: int = 1) -> nn.Module:
    """Build the network with weights that have a shape but no values."""
    channels = entry.input.channels or 1
    try:
        with torch.device("meta"):
            return create(entry.architecture, outputs=outputs, channels=channels)
    except RuntimeError:  # some compute with numbers of their own while they are built
        whole = create(entry.architecture, outputs=outputs, channels=channels)
        return whole.to("meta")

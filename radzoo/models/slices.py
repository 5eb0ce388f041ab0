"""A network for images that looks at every slice of a volume, and at what they say together.

The simple baseline for volumes: features of each slice by a network for images, as published,
pooled over the slices, and one last layer.
"""

from typing import Final, Literal, TypeAlias

import torch
from torch import Tensor, nn

from radzoo.core.errors import InputError
from radzoo.models.headed import Headed
from radzoo.models.heads import head_names

Pooling: TypeAlias = Literal["mean", "max", "attention"]
WIDTH: Final = 128
"""Of the two layers that weigh slices; the paper's own number for natural images."""


class GatedAttention(nn.Module):
    """How much each slice counts: a share of 1, learnt from its features.

    References:
        Ilse M, Tomczak JM, Welling M. Attention-based Deep Multiple Instance Learning. ICML
        2018. Equations 7 and 9.
    """

    def __init__(self, features: int, width: int = WIDTH) -> None:
        super().__init__()
        self.signal = nn.Linear(features, width)
        self.gate = nn.Linear(features, width)
        self.weigh = nn.Linear(width, 1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        """Return shares `(n, slices)` for features `(n, slices, features)`."""
        gated = torch.tanh(self.signal(features)) * torch.sigmoid(self.gate(features))
        shares: Tensor = self.weigh(gated)[..., 0].softmax(dim=1)
        return shares


class SliceHead(nn.Module):
    """The last layer of a volume: features of its slices become one row, and that outputs."""

    def __init__(self, last: nn.Linear, pooling: Pooling) -> None:
        super().__init__()
        self.pooling = pooling
        self.attention = GatedAttention(last.in_features) if pooling == "attention" else None
        self.last = last

    def forward(self, features: Tensor) -> Tensor:
        """Return outputs `(n, outputs)` for features `(n, slices, features)`."""
        if self.attention is not None:
            pooled = (self.attention(features)[..., None] * features).sum(dim=1)
        elif self.pooling == "max":
            pooled = features.amax(dim=1)
        else:
            pooled = features.mean(dim=1)
        outputs: Tensor = self.last(pooled)
        return outputs


class SliceNetwork(Headed):
    """A network of images asked about the slices of volumes.

    Its last layer is `head`, which pools: a linear probe teaches the attention too.
    """

    def forward(self, batch: Tensor) -> Tensor:
        """Return outputs `(n, outputs)` for volumes `(n, channels, slices, rows, columns)`."""
        n = len(batch)
        features = self.encoder(batch.transpose(1, 2).flatten(0, 1)).flatten(1)
        outputs: Tensor = self.head(features.view(n, -1, features.shape[1]))
        return outputs


def look_at_slices(network: nn.Module, pooling: Pooling, seed: int) -> SliceNetwork:
    """Let a network for images answer for volumes; its weights stay as they are.

    Args:
        network: with the last layer that the volumes are to have.
        pooling: `mean` or `max` of the features of all slices, or their `attention`.
        seed: where the random weights of the attention come from.

    Raises:
        InputError: if it has no single linear last layer.
    """
    names = head_names(network)
    last = network.get_submodule(names[0])
    if len(names) != 1 or not isinstance(last, nn.Linear):
        raise InputError(
            "the network has no single linear last layer that slices could be pooled before",
            id="no-slice-head",
            hint="choose a ResNet, DenseNet, EfficientNet or ViT, or a network for volumes: "
            "radzoo list --dimensions 3",
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = SliceHead(last, pooling)
    network.set_submodule(names[0], nn.Identity())
    return SliceNetwork(network, head)

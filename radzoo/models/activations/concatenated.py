"""CReLU: both signs of a feature are kept, in twice as many channels."""

import torch
from torch import Tensor, nn


class CReLU(nn.Module):
    """Concatenate relu(x) and relu(-x) along the channels.

    Args:
        dim: where the channels are; 1 for images, -1 for tokens.

    References:
        Shang W et al. Understanding and Improving Convolutional Neural Networks via
        Concatenated Rectified Linear Units. ICML 2016. Section 2.
    """

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, features: Tensor) -> Tensor:
        """Return twice as many channels: the first half is relu(x), the second relu(-x)."""
        return torch.cat([features.relu(), features.neg().relu()], self.dim)

    def extra_repr(self) -> str:
        """Say where the channels are."""
        return f"dim={self.dim}"


class FoldedCReLU(nn.Module):
    """A CReLU whose channels are mixed back to their old number by learnt weights.

    For places where the shape must stay: before additions, concatenations, depthwise layers.
    It begins as a plain ReLU: one for the first half, nothing for the second.
    """

    def __init__(self, channels: int, dim: int = 1) -> None:
        super().__init__()
        self.both = CReLU(dim)
        identity = torch.eye(channels)
        self.weight = nn.Parameter(torch.cat([identity, torch.zeros_like(identity)], dim=1))

    def forward(self, features: Tensor) -> Tensor:
        """Return as many channels as came in."""
        both = self.both(features)
        if self.both.dim == -1 or both.ndim == 2:
            return nn.functional.linear(both, self.weight)
        ones = (1,) * (both.ndim - 2)
        weight = self.weight.view(*self.weight.shape, *ones)
        convolve = nn.functional.conv2d if both.ndim == 4 else nn.functional.conv3d
        return convolve(both, weight)

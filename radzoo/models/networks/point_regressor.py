"""The network that finds the insertion points of heart valves."""

import torch
from torch import Tensor, nn

from radzoo.models.monai_networks import monai_module

DILATIONS = (1, 2, 4)


class PointRegressor(nn.Module):
    """Dense blocks with growing dilation, and one small path for each point.

    References:
        Kerfoot E et al. Estimation of Cardiac Valve Annuli Motion with Deep Learning. 2021.
    """

    def __init__(self, channels: int, outputs: int, widths: list[int], size: int) -> None:
        """Build it.

        Args:
            channels: of the image.
            outputs: number of points.
            widths: features after each block; each halves the resolution.
            size: rows, and columns, of the image.
        """
        super().__init__()
        self.net = nn.Sequential()
        last = len(widths) - 1
        for level, (given, wanted) in enumerate(zip([channels, *widths], widths, strict=False)):
            self.net.add_module(f"layer_{level}", dense_step(given, wanted, level == last))
        edge = size // 2 ** len(widths)
        self.final = nn.Sequential(PointPaths(outputs, widths[-1], edge))

    def forward(self, images: Tensor) -> Tensor:
        """Return rows and columns, `(n, 2, points)`, in pixels.

        Args:
            images: `(n, channels, size, size)`.
        """
        flat: Tensor = self.final(self.net(images))
        return flat.reshape(len(flat), 2, -1)


class PointPaths(nn.Module):
    """For each point a convolution and a linear layer; their results stand side by side."""

    def __init__(self, points: int, width: int, edge: int) -> None:
        super().__init__()
        for point in range(points):
            path = nn.Sequential(
                convolution(width, 2 * width, conv_only=True),
                nn.Flatten(),
                nn.Linear(width * edge * edge // 2, 2),
            )
            self.add_module(f"catmodule_{point}", path)

    def forward(self, features: Tensor) -> Tensor:
        """Return `(n, 2 * points)`."""
        return torch.cat([path(features) for path in self.children()], dim=1)


def dense_step(given: int, wanted: int, is_last: bool) -> nn.Sequential:
    """Add features by a dense block of three dilations, then halve the resolution."""
    third, rest = divmod(wanted - given, 3)
    block: nn.Module = monai_module("monai.networks.blocks").ConvDenseBlock(
        spatial_dims=2,
        in_channels=given,
        channels=[third, third, third + rest],
        dilations=DILATIONS,
        num_res_units=2,
    )
    return nn.Sequential(block, convolution(wanted, wanted, conv_only=is_last))


def convolution(given: int, wanted: int, conv_only: bool) -> nn.Module:
    """Return a 3 x 3 convolution with stride 2, normalised and activated unless `conv_only`."""
    made: nn.Module = monai_module("monai.networks.blocks").Convolution(
        spatial_dims=2,
        in_channels=given,
        out_channels=wanted,
        strides=2,
        kernel_size=3,
        act="PRELU",
        norm="INSTANCE",
        conv_only=conv_only,
    )
    return made

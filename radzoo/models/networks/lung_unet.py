"""The 2-D U-Net of lungmask."""

import torch
from torch import Tensor, nn


class LungUnet(nn.Module):
    """U-Net over single slices: padded convolutions, batch norm after each activation.

    Five levels of 64 to 1024 features by default; average pooling going down, bilinear
    upsampling and a 1 x 1 convolution going up.

    References:
        Ronneberger O et al. U-Net. MICCAI 2015. Hofmanninger J et al. Eur Radiol Exp 2020;4:50.
    """

    def __init__(self, channels: int, outputs: int, depth: int = 5, width: int = 64) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(depth)]
        before = [channels, *widths]
        self.down_path = nn.ModuleList(
            ConvolutionPair(given, wanted) for given, wanted in zip(before, widths, strict=False)
        )
        self.up_path = nn.ModuleList(
            UpStep(wide, narrow) for wide, narrow in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.last = nn.Conv2d(width, outputs, kernel_size=1)

    def forward(self, slices: Tensor) -> Tensor:
        """Return logarithms of probabilities, `(n, outputs, rows, columns)`.

        Args:
            slices: `(n, channels, rows, columns)`; rows and columns divisible by 16.
        """
        skipped: list[Tensor] = []
        features = slices
        for level, step in enumerate(self.down_path):
            if level:
                skipped.append(features)
                features = nn.functional.avg_pool2d(features, 2)
            features = step(features)
        for step in self.up_path:
            features = step(features, skipped.pop())
        return nn.functional.log_softmax(self.last(features), dim=1)


class ConvolutionPair(nn.Module):
    """Two 3 x 3 convolutions, each followed by its activation and then batch norm."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(given, wanted, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(wanted),
            nn.Conv2d(wanted, wanted, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(wanted),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return features of the same height and width."""
        result: Tensor = self.block(features)
        return result


class UpStep(nn.Module):
    """Double the resolution and join the features of the way down."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.up = nn.Sequential(
            nn.Upsample(mode="bilinear", scale_factor=2),
            nn.Conv2d(given, wanted, kernel_size=1),
        )
        self.conv_block = ConvolutionPair(given, wanted)

    def forward(self, features: Tensor, skipped: Tensor) -> Tensor:
        """Return features at the resolution of `skipped`."""
        result: Tensor = self.conv_block(torch.cat([self.up(features), skipped], dim=1))
        return result

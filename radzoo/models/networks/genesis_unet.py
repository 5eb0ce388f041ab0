"""The 3-D U-Net of Models Genesis, as SuPreM trained it: without a last layer."""

import torch
from torch import Tensor, nn


class GenesisUnet(nn.Module):
    """U-Net of four levels that gives 64 features for each voxel.

    References:
        Zhou Z et al. Models Genesis. Med Image Anal 2021;67:101840.
    """

    def __init__(self, channels: int, outputs: int) -> None:
        super().__init__()
        self.down_tr64 = DownStep(channels, 32, 64)
        self.down_tr128 = DownStep(64, 64, 128)
        self.down_tr256 = DownStep(128, 128, 256)
        self.down_tr512 = DownStep(256, 256, 512)
        self.up_tr256 = UpStep(512, 256)
        self.up_tr128 = UpStep(256, 128)
        self.up_tr64 = UpStep(128, 64)

    def forward(self, volume: Tensor) -> Tensor:
        """Return `(n, 64, depth, rows, columns)`.

        Args:
            volume: `(n, channels, depth, rows, columns)`, each edge divisible by 8.
        """
        pool = nn.functional.max_pool3d
        fine = self.down_tr64(volume)
        medium = self.down_tr128(pool(fine, 2))
        coarse = self.down_tr256(pool(medium, 2))
        features = self.down_tr512(pool(coarse, 2))
        features = self.up_tr256(features, coarse)
        features = self.up_tr128(features, medium)
        result: Tensor = self.up_tr64(features, fine)
        return result


class PatchNorm(nn.BatchNorm3d):
    """Batch norm that uses the statistics of the batch before it, in prediction too.

    The published network was trained and is used so; its running statistics are never read.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002
        """Normalise each channel over the batch."""
        return nn.functional.batch_norm(
            input, None, None, self.weight, self.bias, training=True, eps=self.eps
        )


class Convolution(nn.Module):
    """A 3 x 3 x 3 convolution, its norm and its activation."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(given, wanted, kernel_size=3, padding=1)
        self.bn1 = PatchNorm(wanted)

    def forward(self, features: Tensor) -> Tensor:
        """Return features of the same size."""
        return nn.functional.relu(self.bn1(self.conv1(features)))


class DownStep(nn.Module):
    """Two convolutions; pooling stands between the steps."""

    def __init__(self, given: int, between: int, wanted: int) -> None:
        super().__init__()
        self.ops = nn.Sequential(Convolution(given, between), Convolution(between, wanted))

    def forward(self, features: Tensor) -> Tensor:
        """Return features of the same size."""
        result: Tensor = self.ops(features)
        return result


class UpStep(nn.Module):
    """Double the resolution, join the features of the way down, two convolutions."""

    def __init__(self, given: int, wanted: int) -> None:
        super().__init__()
        self.up_conv = nn.ConvTranspose3d(given, given, kernel_size=2, stride=2)
        self.ops = nn.Sequential(Convolution(given + wanted, wanted), Convolution(wanted, wanted))

    def forward(self, features: Tensor, skipped: Tensor) -> Tensor:
        """Return features at the resolution of `skipped`."""
        result: Tensor = self.ops(torch.cat([self.up_conv(features), skipped], dim=1))
        return result

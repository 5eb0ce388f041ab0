"""The image half of Merlin: a ResNet-152 for photographs, inflated to volumes."""

from torch import Tensor, nn

BLOCKS = (3, 8, 36, 3)
FEATURES = 2048
CONTRAST = 512


class MerlinImage(nn.Module):
    """A 3-D ResNet-152 with two heads: findings, and the space shared with the text.

    References:
        Blankemeier L, Kumar A et al. Merlin. Nature 2026. Carreira J, Zisserman A. Quo Vadis,
        Action Recognition? CVPR 2017 (inflation).
    """

    def __init__(self, channels: int, outputs: int, classes: int, contrast: bool = False) -> None:
        """Build it.

        Args:
            channels: of the volume; one grey channel is repeated, as the network takes three.
            outputs: not used: the published network has `classes`.
            classes: findings that the published network tells.
            contrast: give the vector that is compared with texts, not the findings.
        """
        super().__init__()
        self.repeats = 3 // channels
        self.contrast = contrast
        self.conv1 = nn.Conv3d(
            3, 64, kernel_size=(3, 7, 7), stride=(1, 2, 2), padding=(1, 3, 3), bias=False
        )
        self.bn1 = nn.BatchNorm3d(64)
        self.pool = nn.MaxPool3d(kernel_size=3, stride=2, padding=1)
        widths = (64, 128, 256, 512)
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            stage(given, width, blocks, stride)
            for given, width, blocks, stride in zip(
                (64, 256, 512, 1024), widths, BLOCKS, (1, 2, 2, 2), strict=True
            )
        )
        self.classifier = nn.Conv3d(FEATURES, classes, kernel_size=1)
        self.contrastive_head = nn.Conv3d(FEATURES, CONTRAST, kernel_size=1)

    def forward(self, volume: Tensor) -> Tensor:
        """Return `(n, classes)` logits, or `(n, 512)` for comparison with texts.

        Args:
            volume: `(n, channels, x, y, z)`, z from feet to head.
        """
        slices = volume.permute(0, 1, 4, 2, 3).repeat(1, self.repeats, 1, 1, 1)
        features = self.pool(nn.functional.relu(self.bn1(self.conv1(slices))))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            features = layer(features)
        mean = nn.functional.adaptive_avg_pool3d(features, 1)
        head = self.contrastive_head if self.contrast else self.classifier
        result: Tensor = head(mean).flatten(start_dim=1)
        return result


def stage(given: int, width: int, blocks: int, stride: int) -> nn.Sequential:
    """Return bottlenecks of the same width, the first with a stride."""
    first = Bottleneck(given, width, stride)
    return nn.Sequential(first, *(Bottleneck(4 * width, width, 1) for _ in range(blocks - 1)))


class Bottleneck(nn.Module):
    """1 x 1 x 1, 3 x 3 x 3 and 1 x 1 x 1 convolutions beside a shortcut."""

    def __init__(self, given: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(given, width, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm3d(width)
        self.conv2 = nn.Conv3d(width, width, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm3d(width)
        self.conv3 = nn.Conv3d(width, 4 * width, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm3d(4 * width)
        self.downsample = (
            nn.Sequential(
                nn.Conv3d(given, 4 * width, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm3d(4 * width),
            )
            if given != 4 * width
            else nn.Identity()
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return `(n, 4 * width, depth, rows, columns)`."""
        relu = nn.functional.relu
        inner = relu(self.bn1(self.conv1(features)))
        inner = relu(self.bn2(self.conv2(inner)))
        return relu(self.bn3(self.conv3(inner)) + self.downsample(features))

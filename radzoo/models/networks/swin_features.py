"""Swin UNETR without its last layer: what self-supervised training publishes."""

from torch import Tensor, nn

from radzoo.models.monai_networks import NETS, monai_module

ENCODERS = ("swinViT", "encoder1", "encoder2", "encoder3", "encoder4", "encoder10")


def create_swin_features(
    channels: int, outputs: int, feature_size: int, use_v2: bool = False, decoder: bool = True
) -> nn.Module:
    """Create MONAI's Swin UNETR up to its features.

    Args:
        channels: of the volume.
        outputs: not used; features have no last layer.
        feature_size: features of the finest level: 48, 96 or 192.
        use_v2: with a convolution before each stage.
        decoder: whether the way up was published too.
    """
    network: nn.Module = monai_module(NETS).SwinUNETR(
        in_channels=channels, out_channels=1, feature_size=feature_size, use_v2=use_v2
    )
    if decoder:
        network.out = nn.Identity()
        return network
    return SwinEncoder({name: network.get_submodule(name) for name in ENCODERS})


class SwinEncoder(nn.Module):
    """The way down of a Swin UNETR, with the convolutions beside it."""

    def __init__(self, parts: dict[str, nn.Module]) -> None:
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, volume: Tensor) -> list[Tensor]:
        """Return the features of five levels, finest first.

        Args:
            volume: `(n, channels, depth, rows, columns)`, each edge divisible by 32.
        """
        names = ("encoder1", "encoder2", "encoder3", "encoder4", "encoder10")
        stages = self.get_submodule("swinViT")(volume)
        given = [volume, stages[0], stages[1], stages[2], stages[4]]
        return [
            self.get_submodule(name)(features) for name, features in zip(names, given, strict=True)
        ]

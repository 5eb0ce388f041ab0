"""SegResNet without its last convolution."""

from torch import nn

from radzoo.models.monai_networks import NETS, monai_module


def create_segresnet_features(channels: int, outputs: int, init_filters: int) -> nn.Module:
    """Create MONAI's SegResNet up to its features.

    Args:
        channels: of the volume.
        outputs: not used; features have no last layer.
        init_filters: features of the finest level, and of each voxel of the result.
    """
    network: nn.Module = monai_module(NETS).SegResNet(
        in_channels=channels, out_channels=1, init_filters=init_filters
    )
    network.conv_final = nn.Sequential(*list(network.get_submodule("conv_final").children())[:2])
    return network

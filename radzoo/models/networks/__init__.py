"""Networks that no library has: written here, with the names of their published tensors."""

from collections.abc import Callable, Mapping

from torch import nn

from radzoo.core.entry import Architecture
from radzoo.core.errors import InputError
from radzoo.models.networks.genesis_unet import GenesisUnet
from radzoo.models.networks.lung_unet import LungUnet
from radzoo.models.networks.merlin_image import MerlinImage
from radzoo.models.networks.point_regressor import PointRegressor
from radzoo.models.networks.segresnet_features import create_segresnet_features
from radzoo.models.networks.swin_features import create_swin_features
from radzoo.models.networks.sybil import Sybil

# Each takes `channels`, `outputs` and the arguments of the entry.
NETWORKS: Mapping[str, Callable[..., nn.Module]] = {
    "genesis_unet": GenesisUnet,
    "lung_unet": LungUnet,
    "merlin_image": MerlinImage,
    "point_regressor": PointRegressor,
    "segresnet_features": create_segresnet_features,
    "swin_features": create_swin_features,
    "sybil": Sybil,
}


def create_own(architecture: Architecture, outputs: int, channels: int) -> nn.Module:
    """Create one of these networks with random weights.

    Raises:
        InputError: if there is none of that name.
    """
    make = NETWORKS.get(architecture.name)
    if make is None:
        raise InputError(
            f"radzoo has no network '{architecture.name}' of its own",
            id="unknown-architecture",
            hint=f"it has {', '.join(NETWORKS)}",
        )
    return make(channels=channels, outputs=outputs, **architecture.arguments)

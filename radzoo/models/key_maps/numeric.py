"""Key maps `numeric-...`: networks taken apart into a list, whose layers are mere numbers.

`Sequential(*network.children())` forgets what the layers were called; their order is that of
torchvision's class. A prefix of whole words, such as `backbone.`, stays in front.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from torch import Tensor, nn

NUMBERED: Final = re.compile(r"((?:[A-Za-z_]+\.)*)(\d+)\.(.+)")
RESNET: Final = (
    "conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc",
)  # fmt: skip
# Either the two children of the network, or those of its first child.
DENSENET: Final = ("features", "classifier")
DENSENET_FEATURES: Final = (
    "conv0", "norm0", "relu0", "pool0", "denseblock1", "transition1", "denseblock2",
    "transition2", "denseblock3", "transition3", "denseblock4", "norm5",
)  # fmt: skip
INCEPTION: Final = (
    "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1",
    "Conv2d_4a_3x3", "maxpool2", "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b",
    "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7a", "Mixed_7b", "Mixed_7c", "avgpool", "dropout",
    "fc",
)  # fmt: skip
AUXILIARY: Final = "AuxLogits"


def rename_resnet(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Name the layers of a ResNet."""
    return _rename(state, RESNET)


def rename_densenet(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Name the layers of a DenseNet."""
    if _rests(state, 0) & {"weight"}:
        return _rename(state, [f"features.{name}" for name in DENSENET_FEATURES])
    return _rename(state, DENSENET)


def rename_inception(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Name the layers of an Inception v3, with or without its auxiliary classifier."""
    names = list(INCEPTION)
    if any(rest.startswith(("conv0.", "conv1.", "fc.")) for rest in _rests(state, 15)):
        names.insert(15, AUXILIARY)
    return _rename(state, names)


def _rename(state: Mapping[str, Tensor], names: Sequence[str]) -> dict[str, Tensor]:
    def new(name: str) -> str:
        match = NUMBERED.fullmatch(name)
        if match is None or int(match[2]) >= len(names):
            return name
        return f"{match[1]}{names[int(match[2])]}.{match[3]}"

    return {new(name): tensor for name, tensor in state.items()}


def _rests(state: Mapping[str, Tensor], number: int) -> set[str]:
    """Return what follows a number in the names."""
    matches = (NUMBERED.fullmatch(name) for name in state)
    return {match[3] for match in matches if match and int(match[2]) == number}

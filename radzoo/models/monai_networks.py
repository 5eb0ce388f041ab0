"""Networks of MONAI, by an exact list of names: a registry cannot reach anything else in it."""

import importlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from torch import nn

from radzoo.core.entry import Architecture
from radzoo.core.errors import EnvironmentFailure, InputError

NETS = "monai.networks.nets"


@dataclass(frozen=True, slots=True)
class Known:
    """Where MONAI keeps a network, and what it calls the arguments that radzoo decides.

    Attributes:
        outputs: decided only where the entry states it; features have no last layer.
    """

    module: str = NETS
    channels: str = "in_channels"
    outputs: str = "out_channels"


RESNET = Known(channels="n_input_channels", outputs="num_classes")
DENSENET = Known(outputs="out_channels")
KNOWN: Mapping[str, Known] = {
    "DenseNet121": DENSENET,
    "DenseNet169": DENSENET,
    "DynUNet": Known(),
    "SegResEncoder": Known("monai.networks.nets.segresnet_ds"),
    "SegResNet": Known(),
    "SegResNetDS": Known(),
    "SwinUNETR": Known(),
    "UNet": Known(),
    "resnet10": RESNET,
    "resnet18": RESNET,
    "resnet34": RESNET,
    "resnet50": RESNET,
    "vista3d132": Known(),
}


def monai_module(name: str) -> ModuleType:
    """Import a module of MONAI: the only place that does.

    Raises:
        EnvironmentFailure: if it is not installed.
    """
    try:
        with warnings.catch_warnings():
            # What MONAI will rename one day says nothing about the user's data.
            for category in (DeprecationWarning, FutureWarning):
                warnings.simplefilter("ignore", category)
            return importlib.import_module(name)
    except ModuleNotFoundError:
        raise EnvironmentFailure(
            "networks for volumes need MONAI, which is not installed",
            id="monai-missing",
            hint='pip install "radzoo[volume]"',
        ) from None


def create_monai(architecture: Architecture, outputs: int, channels: int) -> nn.Module:
    """Create a network of MONAI with random weights.

    Raises:
        InputError: if radzoo does not know the name.
        EnvironmentFailure: if MONAI is not installed.
    """
    arguments: dict[str, Any] = dict(architecture.arguments)
    if architecture.name == "RetinaNet":
        return create_retinanet(outputs, channels, arguments)
    known = KNOWN.get(architecture.name)
    if known is None:
        raise InputError(
            f"radzoo does not build MONAI's '{architecture.name}'",
            id="unknown-architecture",
            hint=f"it builds {', '.join(sorted([*KNOWN, 'RetinaNet']))}",
        )
    arguments[known.channels] = channels
    if known.outputs in arguments:
        arguments[known.outputs] = outputs
    network: nn.Module = getattr(monai_module(known.module), architecture.name)(**arguments)
    return network


def create_retinanet(outputs: int, channels: int, arguments: Mapping[str, Any]) -> nn.Module:
    """Create MONAI's RetinaNet on a ResNet-50 with a feature pyramid.

    The detector around it (anchors, suppression of overlapping boxes) holds no weights.

    Args:
        outputs: number of kinds of finding.
        channels: of the volume.
        arguments: `conv1_t_size` and `conv1_t_stride` of the ResNet, `returned_layers` of
            the pyramid, `num_anchors` and `size_divisible` of the RetinaNet.
    """
    module = monai_module("monai.apps.detection.networks.retinanet_network")
    backbone = monai_module(NETS).resnet50(
        spatial_dims=3,
        n_input_channels=channels,
        conv1_t_size=arguments["conv1_t_size"],
        conv1_t_stride=arguments["conv1_t_stride"],
    )
    pyramid = module.resnet_fpn_feature_extractor(
        backbone, 3, pretrained_backbone=False, returned_layers=arguments["returned_layers"]
    )
    network: nn.Module = module.RetinaNet(
        spatial_dims=3,
        num_classes=outputs,
        num_anchors=arguments["num_anchors"],
        feature_extractor=pyramid,
        size_divisible=arguments["size_divisible"],
    )
    return network

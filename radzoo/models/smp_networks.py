"""Networks of segmentation-models-pytorch, by an exact list of names, on encoders of timm."""

import importlib
import warnings
from types import ModuleType
from typing import Any, Final

from torch import nn

from radzoo.core.entry import Architecture
from radzoo.core.errors import EnvironmentFailure, InputError

LIBRARY: Final = "segmentation_models_pytorch"
DECODERS: Final = ("DeepLabV3Plus", "FPN", "Unet", "UnetPlusPlus")
MULTIPLE: Final = 32
"""Rows and columns are multiples of this: encoders halve the resolution five times."""


def smp_module() -> ModuleType:
    """Import the library: the only place that does.

    Raises:
        EnvironmentFailure: if it is not installed.
    """
    try:
        with warnings.catch_warnings():
            # What it will rename one day says nothing about the user's data.
            for category in (DeprecationWarning, FutureWarning):
                warnings.simplefilter("ignore", category)
            return importlib.import_module(LIBRARY)
    except ModuleNotFoundError:
        raise EnvironmentFailure(
            "networks that segment images need segmentation-models-pytorch, which is not installed",
            id="smp-missing",
            hint='pip install "radzoo[volume]"',
        ) from None


def create_smp(architecture: Architecture, outputs: int, channels: int) -> nn.Module:
    """Create a network with random weights; nothing is ever downloaded.

    Its argument `encoder` is a name of timm; the others are those of the library's class and,
    behind them, those of timm's encoder.

    Raises:
        InputError: if radzoo does not know the name, or timm has no such encoder.
        EnvironmentFailure: if the library is not installed.
    """
    import timm

    arguments: dict[str, Any] = dict(architecture.arguments)
    if architecture.name not in DECODERS:
        raise InputError(
            f"radzoo does not build '{architecture.name}' of {LIBRARY}",
            id="unknown-architecture",
            hint=f"it builds {', '.join(DECODERS)}",
        )
    encoder = str(arguments.pop("encoder", ""))
    if not timm.is_model(encoder):
        raise InputError(
            f"timm has no encoder '{encoder}' for {architecture.name}",
            id="unknown-architecture",
            hint="set architecture.arguments.encoder to the name of a network of timm",
        )
    make = getattr(smp_module(), architecture.name)
    network: nn.Module = make(
        encoder_name=f"tu-{encoder}", encoder_weights=None, in_channels=channels,
        classes=outputs, **arguments,
    )  # fmt: skip
    return network

"""A zoo entry becomes a network."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from radzoo.core.entry import Architecture, ZooEntry
from radzoo.core.errors import InputError
from radzoo.models.activations import replace_activations
from radzoo.models.dropout import drop_features
from radzoo.models.heads import replace_head, take_grey_input
from radzoo.models.key_maps import apply_key_map
from radzoo.models.monai_networks import create_monai
from radzoo.models.networks import create_own
from radzoo.models.smp_networks import create_smp
from radzoo.models.weights import load_state, put_weights
from radzoo.models.weights_file import WeightsFile

# What would make a library fetch or open files by itself.
RESERVED = frozenset(
    [
        "pretrained",
        "pretrained_cfg",
        "pretrained_cfg_overlay",
        "checkpoint_path",
        "cache_dir",
        "weights",
        "weights_backbone",
        "encoder_weights",
    ]
)
# What an entry may say of the published network, and what the caller decides for the new one.
DECIDED = frozenset(["in_chans", "num_classes", "drop_rate"])


def build_network(
    entry: ZooEntry,
    *,
    outputs: int,
    weights: WeightsFile | None,
    dropout: float | None = None,
    activation: str | None = None,
    seed: int = 0,
    image_size: int | None = None,
    keep_head: bool = False,
    log: Callable[[str], object] = lambda message: None,
) -> nn.Module:
    """Build the network of `entry` on the CPU, with a last layer of `outputs` outputs.

    Args:
        entry: what to build.
        outputs: number of outputs of the last layer.
        weights: the published weights; None = random weights.
        dropout: share of the features that is lost while learning; None = as published.
        activation: of the hidden layers, in place of the published one (`models.activations`).
            Weights that were learnt with another one are `weights`, and are put in before;
            weights that were learnt with this one fit the network that is returned.
        seed: where random weights come from; the same seed gives the same network.
        image_size: rows and columns it will be fed, if not those of the entry. Only for
            images is the size tried.
        keep_head: load the published last layer too, instead of a new one.
        log: told what was left out or adapted while loading.

    Raises:
        UsageError: if there is no such activation.
        InputError: if the library has no such architecture, it cannot take the size, nobody
            knows its channels, or its activation cannot be replaced.
        IntegrityError: if the weights are other ones, or do not fit the network.
    """
    channels = _channels(entry)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = create(entry.architecture, outputs=outputs, channels=channels)
    if dropout is not None:
        drop_features(network, dropout)
    if weights is not None:
        state = load_state(weights.path, "safetensors", sha256=weights.sha256)
        state = apply_key_map(state, entry.architecture.key_map, network, log)
        put_weights(network, state, keep_head=keep_head, log=log)
    size = image_size or entry.input.size
    if entry.input.dimensions == 2 and isinstance(size, int):
        set_image_size(network, size)
        check_image_size(network, channels, size)
    if activation is not None:
        activate(network, activation, entry, size, log)
    return network


def activate(
    network: nn.Module,
    activation: str,
    entry: ZooEntry,
    size: object,
    log: Callable[[str], object],
) -> None:
    """Give a network of images another activation, and say what was done.

    Raises:
        InputError: if it takes volumes, or no known size of images.
    """
    if entry.input.dimensions != 2 or not isinstance(size, int):
        raise InputError(
            f"the activations of {entry.name} cannot be replaced: "
            "it takes no square images of a known size",
            id="activation-out-of-reach",
            hint="leave --activation out, or choose a network for images",
        )
    done = replace_activations(network, activation, (2, _channels(entry), size, size))
    log(f"activations replaced: {done.describe(activation)}")


def _channels(entry: ZooEntry) -> int:
    if entry.input.channels is None:
        raise InputError(
            f"nobody has verified what {entry.name} expects as channels",
            id="unknown-preprocessing",
            hint=f"radzoo registry add {entry.name} copies the entry into your own registry, "
            "where you can state it",
        )
    return entry.input.channels


def create(architecture: Architecture, *, outputs: int, channels: int) -> nn.Module:
    """Create a network with random weights, drawn from torch's own generator.

    Raises:
        InputError: if the library does not know the name, or an argument.
    """
    forbidden = RESERVED & architecture.arguments.keys()
    if forbidden:
        raise InputError(
            f"the registry gives the architecture '{architecture.name}' the argument "
            f"'{min(forbidden)}', which could make it open other files",
            id="reserved-argument",
            hint="take it out of the entry's architecture.arguments",
        )
    make = BUILDERS.get(architecture.library)
    if make is None:
        raise InputError(
            f"radzoo does not build {architecture.name}: it can fetch and verify the weights",
            id="external-architecture",
            hint="radzoo show says where the model's own program is",
        )
    try:
        return make(architecture, outputs, channels)
    except (TypeError, ValueError, KeyError):
        raise InputError(
            f"the architecture '{architecture.name}' does not take the arguments "
            f"{', '.join(architecture.arguments) or '(none)'}",
            id="bad-arguments",
            hint="mend architecture.arguments in the registry file",
        ) from None


def create_timm(architecture: Architecture, outputs: int, channels: int) -> nn.Module:
    """Create a network of timm."""
    import timm

    if not timm.is_model(architecture.name):
        raise _unknown(architecture)
    arguments: dict[str, Any] = {
        name: value for name, value in architecture.arguments.items() if name not in DECIDED
    }
    network: nn.Module = timm.create_model(
        architecture.name,
        pretrained=False,
        num_classes=outputs,
        in_chans=channels,
        **arguments,
    )
    return network


def create_torchvision(architecture: Architecture, outputs: int, channels: int) -> nn.Module:
    """Create a network of torchvision, with another last (and first) layer."""
    from torchvision.models import get_model, list_models

    if architecture.name not in list_models():
        raise _unknown(architecture)
    arguments = {
        name: value for name, value in architecture.arguments.items() if name not in DECIDED
    }
    network: nn.Module = get_model(architecture.name, weights=None, **arguments)
    replace_head(network, outputs)
    if channels == 1:
        take_grey_input(network)
    return network


BUILDERS: Mapping[str, Callable[[Architecture, int, int], nn.Module]] = {
    "timm": create_timm,
    "torchvision": create_torchvision,
    "monai": create_monai,
    "radzoo": create_own,
    "smp": create_smp,
}


def set_image_size(network: nn.Module, size: int) -> None:
    """Resample the position embeddings of a network that has a fixed size, where it can.

    Networks without one are left alone.
    """
    resize = getattr(network, "set_input_size", None)
    if resize is None or fixed_image_size(network) in (None, size):
        return
    try:
        resize(img_size=(size, size))
    except (AssertionError, RuntimeError, ValueError):
        raise _unfit_size(size) from None


def fixed_image_size(network: nn.Module) -> int | None:
    """Return the only image size that a network takes; None if it takes several."""
    patches = getattr(network, "patch_embed", None)
    size = getattr(patches, "img_size", None) or getattr(network, "image_size", None)
    return size[0] if isinstance(size, (tuple, list)) else size


def check_image_size(network: nn.Module, channels: int, size: int) -> None:
    """Pass one black image through, since every architecture has its own smallest size.

    Raises:
        InputError: if the network cannot take images of this size.
    """
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            network(torch.zeros(1, channels, size, size))
    except (AssertionError, RuntimeError, ValueError):
        raise _unfit_size(size) from None
    finally:
        network.train(was_training)


def _unfit_size(size: int) -> InputError:
    return InputError(
        f"this architecture cannot take images of {size} x {size} pixels",
        id="unfit-image-size",
        hint="leave --image-size out to use the size the network was made for",
    )


def _unknown(architecture: Architecture) -> InputError:
    return InputError(
        f"this version of {architecture.library} has no architecture '{architecture.name}'",
        id="unknown-architecture",
        hint=f"upgrade {architecture.library}, or mend the name in the registry file",
    )

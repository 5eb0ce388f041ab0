"""A zoo entry and the plan of a data set become a network that segments."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from radzoo.core.entry import Architecture, ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.segmentation import SegmentationPlan, write_triple
from radzoo.models.activations import replace_activations
from radzoo.models.activations.flow import watch
from radzoo.models.build import create
from radzoo.models.dropout import drop_features
from radzoo.models.heads import head_names
from radzoo.models.key_maps import apply_key_map
from radzoo.models.segmentation.depths import PlannedUnet, stack_depths
from radzoo.models.segmentation.encoders import is_encoder, put_encoder
from radzoo.models.smp_networks import MULTIPLE
from radzoo.models.weights import load_state, put_weights
from radzoo.models.weights_file import WeightsFile

Log = Callable[[str], object]
FROM_SWIN = 32
"""SwinUNETR halves the resolution five times."""
GREY_OR_COLOUR = (1, 3)
TWICE = "skip_layers."
"""How the names of what MONAI's DynUNet keeps twice begin."""


def build_segmentation(
    entry: ZooEntry,
    plan: SegmentationPlan,
    *,
    weights: WeightsFile | None,
    activation: str | None = None,
    dropout: float | None = None,
    seed: int = 0,
    keep_head: bool = False,
    log: Log = lambda message: None,
) -> nn.Module:
    """Build the network of `entry` on the CPU, with one map for each class of the plan.

    It takes `(n, channels, *patch)` and gives logits `(n, classes, *patch)`; where it learns at
    several depths, `(n, depths, classes, *patch)` in training mode, finest first.

    Args:
        entry: what to build. Of one without weights the plan decides depth and width.
        plan: classes, patch, and the shape of a network that is made for the data.
        weights: the published weights, of the whole network or of its encoder; None = random.
        activation: of the hidden layers, in place of the published one.
        dropout: share of the features that is lost while learning; None = as published.
        seed: where random weights come from.
        keep_head: load the published last layer too; else it is a new one.
        log: told what was left out or adapted.

    Raises:
        InputError: if the network is not made for such data, or cannot take the patch.
        IntegrityError: if the weights are other ones, or do not fit the network.
        EnvironmentFailure: if a library is not installed.
    """
    check_entry(entry, plan)
    channels = channels_of(entry)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = create(planned(entry, plan), outputs=plan.n_classes, channels=channels)
    network = adapt_depths(network)
    if dropout is not None:
        drop_features(network, dropout)
    if weights is not None:
        put_published(network, entry, weights, keep_head=keep_head, log=log)
    check_patch(network, entry, plan)
    if activation is not None:
        done = replace_activations(network, activation, (2, channels, *plan.patch))
        log(f"activations replaced: {done.describe(activation)}")
    return network


def check_entry(entry: ZooEntry, plan: SegmentationPlan) -> None:
    """Refuse a network that is made for other data, or gives something else than maps.

    Raises:
        InputError: then.
    """
    if entry.task != "segmentation":
        raise InputError(
            f"{entry.name} does not segment: its task is {entry.task}",
            id="no-segmentation-network",
            hint="radzoo list --task segmentation shows networks that do",
        )
    if channels_of(entry) not in GREY_OR_COLOUR:
        raise InputError(
            f"{entry.name} takes {entry.input.channels} images of each case, radzoo feeds one",
            id="several-channels",
            hint="choose a network with one channel",
        )
    if entry.input.dimensions != plan.dimensions:
        kinds = {2: "images", 3: "volumes"}
        raise InputError(
            f"{entry.name} takes {kinds[entry.input.dimensions]}, "
            f"the data are {kinds[plan.dimensions]}",
            id="other-dimensions",
            hint="radzoo list --task segmentation shows which network takes what",
        )


def channels_of(entry: ZooEntry) -> int:
    """Return the channels that a network is fed: one, unless it wants a grey image repeated."""
    return entry.input.channels or 1


def planned(entry: ZooEntry, plan: SegmentationPlan) -> Architecture:
    """Return the architecture with the arguments that follow from the plan.

    A network whose weights are published keeps its shape; one without takes that of the plan.
    """
    known = entry.architecture
    arguments: dict[str, Any] = dict(known.arguments)
    if known.library == "monai":
        arguments["out_channels"] = plan.n_classes
        if entry.source.kind == "none":
            arguments |= SHAPES[known.name](plan) if known.name in SHAPES else {}
    return known.model_copy(update={"arguments": arguments})


def shape_dynamic_unet(plan: SegmentationPlan) -> dict[str, Any]:
    """Return the arguments of a DynUNet."""
    if not plan.strides:
        return {}
    heads = min(plan.deep_supervision - 1, len(plan.strides) - 2)
    deep: dict[str, Any] = {"deep_supervision": heads > 0}
    return {
        "kernel_size": plan.kernels, "strides": plan.strides, "filters": plan.features,
        "upsample_kernel_size": plan.strides[1:],
        **(deep | {"deep_supr_num": heads} if heads > 0 else deep),
    }  # fmt: skip


def shape_unet(plan: SegmentationPlan) -> dict[str, Any]:
    """Return the arguments of MONAI's U-Net."""
    if not plan.strides:
        return {}
    return {"channels": plan.features, "strides": [tuple(one) for one in plan.strides[1:]]}


def shape_deep_segresnet(plan: SegmentationPlan) -> dict[str, Any]:
    """Return the arguments of a SegResNetDS."""
    return {"dsdepth": plan.deep_supervision}


SHAPES: Mapping[str, Callable[[SegmentationPlan], dict[str, Any]]] = {
    "DynUNet": shape_dynamic_unet,
    "UNet": shape_unet,
    "SegResNetDS": shape_deep_segresnet,
}


def multiples_of(entry: ZooEntry, plan: SegmentationPlan) -> tuple[int, ...]:
    """Return of what the edges of a patch have to be multiples, for each axis."""
    known, arguments = entry.architecture, planned(entry, plan).arguments
    if known.library == "smp":
        return (MULTIPLE,) * plan.dimensions
    if known.name == "SwinUNETR":
        return (FROM_SWIN,) * plan.dimensions
    if known.name in ("SegResNet", "SegResNetDS"):
        levels = arguments.get("blocks_down", [1, 2, 2, 4])
        return (2 ** (len(levels) - 1),) * plan.dimensions if isinstance(levels, list) else ()
    strides = arguments.get("strides")
    if isinstance(strides, list):
        each = [np.broadcast_to(np.array(one), plan.dimensions) for one in strides]
        return tuple(int(edge) for edge in np.prod(each, axis=0))
    depth = arguments.get("depth", 5)
    return (2 ** (depth - 1 if isinstance(depth, int) else 4),) * plan.dimensions


def adapt_depths(network: nn.Module) -> nn.Module:
    """Let networks that answer at several depths do so in one form, and name their last layers."""
    kind = type(network).__name__
    if kind == "DynUNet":
        network = PlannedUnet(network)
        heads = [name for name, _ in network.named_modules() if name.endswith("conv.conv")
                 and name.startswith(("output_block", "deep_supervision_heads"))]  # fmt: skip
    elif kind == "SegResNetDS":
        stack_depths(network)
        heads = [name for name, part in network.named_modules()
                 if name.endswith(".head") and not isinstance(part, nn.Identity)]  # fmt: skip
    elif kind == "UNet":
        # Its last step up has as many channels as there are classes throughout.
        heads = ["model.2"]
    else:
        convolutions = (nn.Conv2d, nn.Conv3d)
        heads = [name for name, part in network.named_modules()
                 if isinstance(part, convolutions)][-1:]  # fmt: skip
    network.__dict__["head_layers"] = tuple(heads)
    return network


def put_published(
    network: nn.Module, entry: ZooEntry, weights: WeightsFile, *, keep_head: bool, log: Log
) -> None:
    """Put published weights into a network, or into its encoder where they are those of one.

    Raises:
        IntegrityError: if they do not fit.
    """
    given = load_state(weights.path, "safetensors", sha256=weights.sha256)
    state = apply_key_map(given, entry.architecture.key_map, network, log)
    state = {name: value for name, value in state.items() if not name.startswith(TWICE)}
    if is_encoder(network, state):
        put_encoder(network, state, log)
    else:
        put_weights(network, state, keep_head=keep_head, log=log)


def check_patch(network: nn.Module, entry: ZooEntry, plan: SegmentationPlan) -> None:
    """Pass the shape of two patches through: every architecture has its own smallest ones.

    Raises:
        InputError: if the network cannot take them.
    """
    head_names(network)
    try:
        watch(network, (2, channels_of(entry), *plan.patch), training=True)
    except (AssertionError, RuntimeError, ValueError):
        multiples = multiples_of(entry, plan)
        raise InputError(
            f"{entry.name} cannot take patches of {write_triple(plan.patch)}",
            id="unfit-patch",
            hint=f"it wants multiples of {write_triple(multiples)}, and larger ones than those",
        ) from None

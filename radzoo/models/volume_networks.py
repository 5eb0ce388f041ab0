"""Networks that answer for volumes: classifiers, encoders with a new last layer, or slices."""

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.recipe import Recipe
from radzoo.core.volume_axes import Shape, write_size
from radzoo.models.build import build_network, create
from radzoo.models.dropout import drop_features
from radzoo.models.headed import Headed
from radzoo.models.published import build_whole
from radzoo.models.slices import look_at_slices
from radzoo.models.traits import sketch
from radzoo.models.weights_file import WeightsFile

Log = Callable[[str], object]
CLASSIFIERS = frozenset(
    ["backbone", "binary", "multilabel", "multiclass", "regression", "survival"]
)


class VolumeClassifier(Headed):
    """An encoder of volumes, the mean of its features over space, and a last layer."""

    def forward(self, batch: Tensor) -> Tensor:
        """Return outputs `(n, outputs)` for volumes `(n, channels, ...)`."""
        outputs: Tensor = self.head(pool(self.encoder(batch)))
        return outputs


def pool(features: object) -> Tensor:
    """Return one row of features for each case; of several maps the last, which is the coarsest."""
    while not isinstance(features, Tensor):
        assert isinstance(features, Sequence)
        features = features[-1]
    return features.flatten(2).mean(2) if features.ndim > 2 else features


def build_volume_network(
    entry: ZooEntry,
    recipe: Recipe,
    *,
    outputs: int,
    size: Shape,
    weights: WeightsFile | None,
    log: Log = lambda message: None,
) -> nn.Module:
    """Build a network on the CPU that gives `outputs` for each volume.

    Args:
        entry: for volumes, or for images if the recipe pools slices.
        recipe: dropout, activation, pooling of slices, and the seed of random weights.
        outputs: number of outputs of the last layer.
        size: slices, rows and columns that it will be fed, in the order of its own axes.
        weights: the published weights; None = random ones.
        log: told what was left out or adapted while loading.

    Raises:
        InputError: if it cannot be built, or takes no volumes of that size.
        IntegrityError: if the weights do not fit the network.
    """
    if recipe.pool_slices != "none":
        network = build_network(
            entry, outputs=outputs, weights=weights, dropout=recipe.dropout,
            activation=recipe.activation, seed=recipe.seed, image_size=size[-1], log=log,
        )  # fmt: skip
        return look_at_slices(network, recipe.pool_slices, recipe.seed)
    if entry.task == "embedding":
        check_no_activation(entry, recipe)
        return build_on_encoder(
            entry, outputs=outputs, size=size, weights=weights, dropout=recipe.dropout,
            seed=recipe.seed, log=log,
        )  # fmt: skip
    check_answer(entry, size, outputs)
    return build_network(
        entry, outputs=outputs, weights=weights, dropout=recipe.dropout,
        activation=recipe.activation, seed=recipe.seed, log=log,
    )  # fmt: skip


def build_on_encoder(
    entry: ZooEntry,
    *,
    outputs: int,
    size: Shape,
    weights: WeightsFile | None,
    dropout: float,
    seed: int,
    log: Log,
) -> nn.Module:
    """Build a network that was published without a last layer, and give it one."""
    width = pool(say_on_meta(entry, size)).shape[1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if weights is None:
            encoder = create(entry.architecture, outputs=1, channels=entry.input.channels or 1)
        else:
            encoder = build_whole(entry, weights, log=log)
        network = VolumeClassifier(encoder, nn.Linear(width, outputs))
    drop_features(network, dropout)
    return network


def check_no_activation(entry: ZooEntry, recipe: Recipe) -> None:
    """Refuse to replace the activations of a network for volumes.

    Raises:
        InputError: if that is asked for.
    """
    if recipe.activation is not None:
        raise InputError(
            f"the activations of {entry.name} cannot be replaced: it takes volumes",
            id="activation-out-of-reach",
            hint="leave --activation out, or choose a network for images",
        )


def check_answer(entry: ZooEntry, size: Shape, outputs: int) -> None:
    """See that a network gives one row of outputs for each volume, as many as are wanted.

    Raises:
        InputError: if it gives something else.
    """
    said = None if entry.task not in CLASSIFIERS else say_on_meta(entry, size, outputs)
    if not isinstance(said, Tensor) or said.shape != (2, outputs):
        raise InputError(
            f"{entry.name} does not give one row of {outputs} outputs for each volume",
            id="no-classifier",
            hint="radzoo list --dimensions 3 --task embedding, or --task backbone, shows networks "
            "that can",
        )


def say_on_meta(entry: ZooEntry, size: Shape, outputs: int = 1) -> object:
    """Return what a network gives for two volumes, shapes alone: nothing is computed.

    Raises:
        InputError: if it does not take volumes of that size.
    """
    channels = entry.input.channels or 1
    network = sketch(entry, outputs).eval()
    try:
        with torch.device("meta"), torch.inference_mode():
            return cast(object, network(torch.zeros(2, channels, *size)))
    except (AssertionError, IndexError, RuntimeError, ValueError):
        raise InputError(
            f"{entry.name} cannot take volumes of {write_size(size)} voxels",
            id="unfit-image-size",
            hint="most networks for volumes need 32 or 64 voxels along each axis: --image-size 64",
        ) from None

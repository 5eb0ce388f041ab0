"""A network as it was published."""

from collections.abc import Callable

from torch import nn

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.models.build import build_network
from radzoo.models.heads import answer_only
from radzoo.models.weights_file import WeightsFile

# Their entries state how many outputs the file has, if it has any.
STATE_THEIR_OUTPUTS = ("monai", "radzoo")


def trained_labels(entry: ZooEntry) -> tuple[str, ...]:
    """Return the names of the outputs that were trained, in their order.

    Raises:
        InputError: if none was trained for anything that radzoo reads.
    """
    labels = tuple(label for label in entry.labels or () if label)
    if not labels:
        raise InputError(
            f"{entry.name} has no trained output: fine-tune it first",
            id="no-trained-output",
            hint=f"radzoo finetune {entry.name} --data DATA --out RUN",
        )
    return labels


def build_whole(
    entry: ZooEntry, weights: WeightsFile, *, log: Callable[[str], object] = lambda message: None
) -> nn.Module:
    """Build the network of an entry with every tensor of its file, trained outputs or not.

    Only where a library's network has outputs that nobody names (the classes of photographs)
    is its last layer left out.

    Raises:
        InputError: if it cannot be built.
        IntegrityError: if the weights are other ones, or do not fit the network.
    """
    named = len(entry.labels or ())
    whole = bool(named) or entry.architecture.library in STATE_THEIR_OUTPUTS
    stated = entry.architecture.arguments.get("out_channels")
    outputs = stated if isinstance(stated, int) else named or 1
    return build_network(entry, outputs=outputs, weights=weights, keep_head=whole, log=log)


def build_published(
    entry: ZooEntry, weights: WeightsFile, *, log: Callable[[str], object] = lambda message: None
) -> nn.Module:
    """Build the network of an entry with its published last layer.

    It gives one output for each of `trained_labels`: the file holds others, which were never
    trained, and what they would say is nothing.

    Raises:
        InputError: if no output was trained, or it cannot be built.
        IntegrityError: if the weights are other ones, or do not fit the network.
    """
    n_trained, outputs = len(trained_labels(entry)), entry.labels or []
    network = build_network(entry, outputs=len(outputs), weights=weights, keep_head=True, log=log)
    if n_trained < len(outputs):
        answer_only(network, [place for place, label in enumerate(outputs) if label])
    return network

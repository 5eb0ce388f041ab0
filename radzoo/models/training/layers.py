"""The stages of a network, from the image to the last layer.

timm says itself which weights belong together (`group_matcher`, the coarse one). In other
networks a stage is a child of the network; children that hold nearly all of it (`features`,
`encoder` ...) are opened, so that their children are stages. A stage of nothing but scales and
shifts joins the one before it: a normalisation is no step of its own.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from torch import nn

from radzoo.models.covariates import WithCovariates
from radzoo.models.headed import ENCODER, Headed
from radzoo.models.heads import head_names

# Children of torchvision's networks that hold the whole encoder, or all of its end.
OPENED = frozenset(
    ["features", "classifier", "encoder", "encoder.layers", "blocks", "layers", "trunk_output"]
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Weights that are used together.

    Attributes:
        name: of the module that holds them all, for people: `layer3`, `features.8`.
        weights: their names, as `named_parameters` gives them.
    """

    name: str
    weights: tuple[str, ...]


def encoder_stages(network: nn.Module) -> tuple[Stage, ...]:
    """Return the stages of everything but the last layer, in the order of a forward pass.

    Every weight that is not of the last layer stands in exactly one stage. Weights of no
    stage of their own (position embeddings, class tokens) stand in the first.
    """
    if isinstance(network, WithCovariates):
        return tuple(
            Stage(f"network.{one.name}", tuple(f"network.{name}" for name in one.weights))
            for one in encoder_stages(network.network)
        )
    if isinstance(network, Headed):
        return tuple(
            Stage(f"{ENCODER}.{one.name}", tuple(f"{ENCODER}.{name}" for name in one.weights))
            for one in encoder_stages(network.encoder)
        )
    matcher = getattr(network, "group_matcher", None)
    groups = (
        list(_open(network, "")) if matcher is None else _matched(network, matcher(coarse=True))
    )
    head = head_weights(network)
    kept = [[name for name in group if name not in head] for group in groups]
    vectors = {name for name, weight in network.named_parameters() if weight.ndim < 2}
    joined: list[list[str]] = []
    for names in kept:
        if joined and set(names) <= vectors:
            joined[-1] += names
        elif names:
            joined.append(names)
    called = _names([[name for name in names if name not in vectors] or names for names in joined])
    placed = head.union(*joined)
    loose = [name for name, _ in network.named_parameters() if name not in placed]
    if loose:
        first, rest = (joined[0], joined[1:]) if joined else ([], [])
        joined, called = [loose + first, *rest], called or ["input"]
    return tuple(Stage(name, tuple(weights)) for name, weights in zip(called, joined, strict=True))


def head_weights(network: nn.Module) -> frozenset[str]:
    """Return the names of the last layer's weights."""
    heads = tuple(f"{name}." for name in head_names(network))
    return frozenset(name for name, _ in network.named_parameters() if name.startswith(heads))


def encoder_layers(network: nn.Module) -> list[tuple[str, ...]]:
    """Return the weights of every layer before the last, in order.

    A layer is a module with weights of its own, a normalisation too. Layers go by their
    stages, and within a stage as the library lists them.
    """
    layers: dict[str, list[str]] = {}
    for stage in encoder_stages(network):
        for name in stage.weights:
            layers.setdefault(_owner(name), []).append(name)
    return [tuple(names) for names in layers.values()]


def part_of_encoder(network: nn.Module, percent: float, *, direction: str) -> frozenset[str]:
    """Return the weights of this percentage of the encoder's layers, rounded up.

    Args:
        network: with its last layer, which is not counted.
        percent: above 0, at most 100.
        direction: `end` counts from the last layer, `start` from the image.
    """
    layers = encoder_layers(network)
    # 0.07 * 100 is 7.000000000000001: without the nudge one layer more would learn.
    n = math.ceil(len(layers) * percent / 100 - 1e-9)
    chosen = layers[:n] if direction == "start" else layers[len(layers) - n :]
    return frozenset(name for names in chosen for name in names)


def _matched(network: nn.Module, matcher: object) -> list[list[str]]:
    from timm.models import group_parameters

    groups: dict[int, list[str]] = group_parameters(network, matcher)
    return [groups[number] for number in sorted(groups)]


def _open(module: nn.Module, path: str) -> Iterator[list[str]]:
    """Yield the names of every child's weights, and of its children's where it is opened."""
    for name, child in module.named_children():
        here = f"{path}.{name}" if path else name
        if here in OPENED:
            yield from _open(child, here)
        else:
            yield [f"{here}.{inner}" for inner, _ in child.named_parameters()]


def _owner(weight: str) -> str:
    return weight.rpartition(".")[0]


def _names(groups: list[list[str]]) -> list[str]:
    """Name each group by the longest path that its weights share.

    Where several share no more than that, the child with most of the weights says which is
    meant: `features.denseblock2` also has the transition before it.
    """
    shared = [_shared(_owners(names)) for names in groups]
    return [
        ".".join(path if path and shared.count(path) == 1 else _fullest(path, _owners(names)))
        for path, names in zip(shared, groups, strict=True)
    ]


def _owners(weights: list[str]) -> list[list[str]]:
    inner = [_owner(name).split(".") for name in weights if "." in name]
    return inner or [["input"]]


def _shared(paths: list[list[str]]) -> list[str]:
    columns = zip(*paths, strict=False)
    return [column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns)]


def _fullest(path: list[str], owners: list[list[str]]) -> list[str]:
    depth = len(path) + 1
    counts = Counter(tuple(owner[:depth]) for owner in owners)
    return list(counts.most_common(1)[0][0])

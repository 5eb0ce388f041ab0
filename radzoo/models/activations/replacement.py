"""Give a network another activation function everywhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from radzoo.models.activations.concatenated import CReLU, FoldedCReLU
from radzoo.models.activations.flow import Flow, Place, watch
from radzoo.models.activations.kinds import MAKERS, is_activation, make_activation
from radzoo.models.activations.modules import out_of_reach, separate
from radzoo.models.activations.widening import widen

CONCATENATED = "crelu"
# Each place has weights, or a shape, of its own.
OWN = frozenset([CONCATENATED, "prelu"])


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was done.

    Attributes:
        places: how many activations there are now.
        kinds: what they were, and how many of each.
        widened: names of the layers that read twice as many channels than before.
        folded: at how many places the number of channels is brought back.
    """

    places: int
    kinds: dict[str, int]
    widened: tuple[str, ...] = ()
    folded: int = 0

    def describe(self, name: str) -> str:
        """Say it in a sentence."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.items())
        more = f"; {len(self.widened)} layers widened, {self.folded} places folded"
        return f"{kinds} became {self.places} {name}" + (more if name == CONCATENATED else "")


def replace_activations(network: nn.Module, name: str, shape: Sequence[int]) -> Replaced:
    """Put the activation `name` wherever a network has one; gates stay.

    Every place is found by a pass with shapes alone, and looked up again afterwards: none is
    left out in silence. Weights keep their names. With `crelu` a network of ReLU still
    computes what it computed, until it learns.

    Args:
        network: on any device; changed in place.
        name: of `kinds.MAKERS`.
        shape: `(cases, channels, rows, columns)` of a batch of at least two, or of volumes
            `(cases, channels, slices, rows, columns)`.

    Raises:
        UsageError: if there is no such activation.
        InputError: if an activation of the network cannot be replaced.
    """
    make_activation(name)
    flow = watch_twice(network, shape)
    kinds = Counter(site.kind for site in flow.sites.values())
    if name in OWN or any(site.module is None for site in flow.sites.values()):
        separate(network, flow)
        flow = watch_twice(network, shape)
    if name == CONCATENATED:
        widened, folded = concatenate(network, flow)
    else:
        put_alike(network, name)
        widened, folded = (), 0
    check(network, flow, name, shape)
    return Replaced(len(flow.sites), dict(kinds), widened, folded)


def watch_twice(network: nn.Module, shape: Sequence[int]) -> Flow:
    """Watch a network, and see that it has no other activations while it learns.

    Raises:
        InputError: if it has, or if it has none at all.
    """
    flow = watch(network, shape)
    if not flow.sites or flow.sites.keys() != watch(network, shape, training=True).sites.keys():
        raise out_of_reach(network)
    return flow


def put_alike(network: nn.Module, name: str) -> None:
    """Put a new activation in place of each, used in this pass or not."""
    made: dict[nn.Module, nn.Module] = {}
    for path, module in list(network.named_modules(remove_duplicate=False)):
        if is_activation(module):
            new = made.setdefault(module, make_activation(name))
            network.set_submodule(path, like(network, new))


def concatenate(network: nn.Module, flow: Flow) -> tuple[tuple[str, ...], int]:
    """Put CReLU everywhere: widen those who read it, or fold it where the shape must stay.

    Returns:
        Names of the widened layers, and how many places were folded.

    Raises:
        InputError: if it is unknown where the channels are.
    """
    free = find_free(flow)
    widened = tuple(name for name, places in flow.readers.items() if places and set(places) <= free)
    for place, site in flow.sites.items():
        if site.module is None or site.dim is None or site.channels is None:
            raise out_of_reach(network.get_submodule(place.owner))
        both = CReLU(site.dim) if place in free else FoldedCReLU(site.channels, site.dim)
        network.set_submodule(site.module, like(network, both))
    for name in widened:
        widen(network.get_submodule(name))
    return widened, len(flow.sites) - len(free)


def find_free(flow: Flow) -> set[Place]:
    """Return the places whose every reader can be widened: all that it ever reads is free."""
    free = {place for place, site in flow.sites.items() if not site.kept}
    while True:
        bound = {
            place
            for places in flow.readers.values()
            if not set(places) <= free
            for place in places
            if place in free
        }
        if not bound:
            return free
        free -= {place for place in bound if place is not None}


def like(network: nn.Module, module: nn.Module) -> nn.Module:
    """Bring a new module to the device of a network."""
    weight = next(network.parameters(), None)
    return module if weight is None else module.to(weight.device)


def check(network: nn.Module, before: Flow, name: str, shape: Sequence[int]) -> None:
    """See that every activation is the new one, and none is missing.

    Raises:
        InputError: if one is not.
    """
    after = watch_twice(network, shape)
    kind = type(MAKERS[name]()).__name__
    strange = [place for place, site in after.sites.items() if site.kind != kind]
    if strange or len(after.sites) != len(before.sites):
        raise out_of_reach(network.get_submodule(strange[0].owner) if strange else network)

"""Give every activation of a network a module of its own, even where a function is called."""

import copy
from collections import Counter
from types import MethodType

from torch import fx, nn

from radzoo.core.errors import InputError
from radzoo.models.activations.flow import Flow
from radzoo.models.activations.kinds import FUNCTIONS, is_activation


class OneFrame(fx.Tracer):
    """Traces what a module does itself; the modules that it calls are left whole."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Say that nothing is looked into."""
        return True


def separate(network: nn.Module, flow: Flow) -> None:
    """Rewrite the modules that call activations as functions, or one module several times.

    Their names and weights stay; new activations become children of the module that calls.

    Raises:
        InputError: if what such a module does depends on more than its input's values.
    """
    uses = Counter(site.module for site in flow.sites.values())
    owners = dict.fromkeys(
        place.owner
        for place, site in flow.sites.items()
        if site.module is None or uses[site.module] > 1
    )
    for name in owners:
        wanted = sum(place.owner == name for place in flow.sites)
        rewrite(network.get_submodule(name), wanted)


def rewrite(owner: nn.Module, wanted: int) -> None:
    """Let a module call `wanted` activations, every one a child of its own."""
    try:
        graph = OneFrame().trace(owner)
    except (TypeError, ValueError, NameError, fx.proxy.TraceError):
        raise out_of_reach(owner) from None
    nodes = [node for node in graph.nodes if calls_activation(node, owner)]
    if len(nodes) != wanted or any("training" in node.kwargs for node in graph.nodes):
        raise out_of_reach(owner)
    taken: set[str] = set()
    for node in nodes:
        if node.op == "call_module" and node.target not in taken:
            taken.add(node.target)
            continue
        old = owner.get_submodule(node.target) if node.op == "call_module" else nn.ReLU()
        name = new_name(owner, node.target if node.op == "call_module" else "activation")
        owner.add_module(name, copy.deepcopy(old))
        fed = node.args[0] if node.args else node.kwargs["input"]
        with graph.inserting_before(node):
            node.replace_all_uses_with(graph.call_module(name, (fed,)))
        graph.erase_node(node)
    forward = type(fx.GraphModule(owner, graph)).forward
    # In the instance alone: its class, attributes and children's names stay what they were.
    owner.__dict__["forward"] = MethodType(forward, owner)


def calls_activation(node: fx.Node, owner: nn.Module) -> bool:
    """Does this step of a module call an activation?"""
    if node.op == "call_module":
        return is_activation(owner.get_submodule(str(node.target)))
    if node.op == "call_method":
        return node.target in FUNCTIONS
    return node.op == "call_function" and getattr(node.target, "__name__", "") in FUNCTIONS


def new_name(owner: nn.Module, base: str) -> str:
    """Return a name that no attribute of the module has."""
    names = (base, *(f"{base}_{number}" for number in range(2, 1000)))
    return next(name for name in names if not hasattr(owner, name))


def out_of_reach(owner: nn.Module) -> InputError:
    """Say that an activation cannot be replaced."""
    return InputError(
        f"the activations in {type(owner).__name__} cannot be replaced",
        id="activation-out-of-reach",
        hint="leave --activation out, or choose another network",
    )

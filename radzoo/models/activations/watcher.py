"""Sees every call of torch inside a network, and which module makes it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from radzoo.models.activations.channels import can_widen, find_dim, find_tensors, keeps_channels
from radzoo.models.activations.flow import Flow, Place, Site
from radzoo.models.activations.kinds import FUNCTIONS, is_activation

QUESTIONS = frozenset(["__get__", "dim", "size", "numel", "is_contiguous", "stride", "_assert"])
READING = frozenset(["conv2d", "conv3d", "linear", "batch_norm"])


class Fact(NamedTuple):
    """What is known of a tensor: where its channels are, and which activation gave them."""

    dim: int | None = None
    place: Place | None = None


class Watcher(TorchFunctionMode):
    """Follows the channels of every tensor from layer to layer."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.flow = Flow()
        self.names = {module: name for name, module in network.named_modules()}
        self.facts: dict[int, tuple[Tensor, Fact]] = {}
        self.stack: list[nn.Module] = []
        self.counts: list[int] = []
        self.inside: Fact | None = None

    @contextmanager
    def hooked(self) -> Iterator[None]:
        """Be told where every module begins and ends."""
        hooks = []
        for module in self.names:
            leaf = is_activation(module)
            begin, end = (self.begin, self.end) if leaf else (self.enter, self.leave)
            hooks.append(module.register_forward_pre_hook(begin))
            hooks.append(module.register_forward_hook(end))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def enter(self, module: nn.Module, inputs: object) -> None:
        """Go into a module."""
        self.stack.append(module)
        self.counts.append(0)

    def leave(self, module: nn.Module, inputs: object, output: object) -> None:
        """Come out of a module."""
        self.stack.pop()
        self.counts.pop()

    def begin(self, module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        """Go into an activation: what it calls is its own affair."""
        self.inside = self.meet(inputs[0], self.names[module], type(module).__name__)

    def end(self, module: nn.Module, inputs: object, output: Tensor) -> None:
        """Come out of an activation."""
        assert self.inside is not None
        self.learn(output, self.inside)
        self.inside = None

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """See one call, and learn from it what its output is."""
        given = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        tensors = list(find_tensors([*args, *given.values()]))
        if self.inside is not None or name in QUESTIONS or not tensors:
            return func(*args, **given)
        first = tensors[0]
        before, ndim, size = self.recall(first).dim, first.ndim, first.shape[-1:].numel()
        if name in FUNCTIONS:
            place = self.meet(first, None, name).place
        else:
            place = self.follow(name, tensors, args, given)
        output = func(*args, **given)
        for tensor in find_tensors([output]):
            self.learn(tensor, Fact(find_dim(name, before, ndim, args, tensor, size), place))
        return output

    def meet(self, tensor: Tensor, module: str | None, kind: str) -> Fact:
        """Note an activation, and that it needs what it is fed as it is."""
        self.keep(tensor)
        place = Place(self.names[self.stack[-1]], self.counts[-1])
        self.counts[-1] += 1
        dim = self.recall(tensor).dim
        channels = tensor.shape[dim] if dim is not None else None
        self.flow.meet(place, Site(module, kind, dim, channels))
        return Fact(dim, place)

    def follow(
        self, name: str, tensors: list[Tensor], args: tuple[Any, ...], given: dict[str, Any]
    ) -> Place | None:
        """Note who reads whose channels; gives the activation whose they still are."""
        first, module = self.recall(tensors[0]), self.stack[-1]
        if name in READING and can_widen(module, tensors, first.dim):
            self.keep(*tensors[1:])
            self.flow.readers.setdefault(self.names[module], []).append(first.place)
            return first.place if name == "batch_norm" else None
        if keeps_channels(name, tensors[0], first.dim, args, given):
            return first.place
        self.keep(*tensors)
        return None

    def keep(self, *values: object) -> None:
        """Note that the channels of these tensors have to stay as they are."""
        for tensor in find_tensors(values):
            place = self.recall(tensor).place
            if place is not None:
                self.flow.sites[place].kept = True

    def learn(self, tensor: Tensor, fact: Fact) -> None:
        """Remember something of a tensor, and the tensor, so that no other gets its id."""
        self.facts[id(tensor)] = (tensor, fact)

    def recall(self, tensor: Tensor) -> Fact:
        """Return what is known of a tensor."""
        return self.facts.get(id(tensor), (tensor, Fact()))[1]

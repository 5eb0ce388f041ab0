"""How much of what reaches the activations lies where they are flat, and learn nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from radzoo.models.activations.channels import find_tensors
from radzoo.models.activations.kinds import FUNCTIONS, is_activation

FLAT, DEAD = 0.05, 0.001
POINTS, WIDEST = 241, 6.0


@dataclass(slots=True)
class Tally:
    """Sums over the activations of a stage."""

    units: int
    dead: Tensor
    values: int
    flat: Tensor


class Meter(TorchFunctionMode):
    """Looks at what every activation is fed during a pass.

    Args:
        network: what will be called.
        stages: the stage of every weight; an activation is of the stage of the layer before.
        dims: where the channels are in every call of an activation.
    """

    def __init__(
        self, network: nn.Module, stages: Mapping[str, str], dims: Sequence[int | None]
    ) -> None:
        super().__init__()
        self.network, self.dims = network, dims
        self.stages = stages_of_modules(network, stages)
        self.tallies: dict[str, list[Tally]] = {}
        self.steepest: dict[object, Tensor] = {}
        self.stage = next(iter(stages.values()), "")
        self.calls = 0
        self.inside = False

    @contextmanager
    def hooked(self) -> Iterator[None]:
        """Be told of every layer with weights, and of every activation."""
        hooks = [module.register_forward_pre_hook(self.enter) for module in self.stages]
        for module in self.network.modules():
            if is_activation(module):
                hooks.append(module.register_forward_pre_hook(self.begin))
                hooks.append(module.register_forward_hook(self.end))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def enter(self, module: nn.Module, inputs: object) -> None:
        """Come to a layer with weights of its own."""
        self.stage = self.stages[module]

    def begin(self, module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        """Come to an activation."""
        self.inside = True
        learns = next(module.parameters(), None) is not None
        self.weigh(module.forward, inputs[0], module if learns else type(module))

    def end(self, module: nn.Module, inputs: object, output: object) -> None:
        """Leave an activation."""
        self.inside = False

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """See one call, and weigh it if it is an activation."""
        given = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        if name in FUNCTIONS and not self.inside:
            fed = next(find_tensors([*args, *given.values()]))
            self.weigh(lambda x: func(x, *args[1:], **given), fed, name)
        return func(*args, **given)

    def weigh(self, function: Callable[[Tensor], Tensor], fed: Tensor, kind: object) -> None:
        """Count the values and units on which a function is flat."""
        dim = self.dims[self.calls] or (1 if fed.ndim in (2, 4, 5) else -1)
        self.calls += 1
        with torch.enable_grad():
            slope = slope_at(function, fed.detach())
            if kind not in self.steepest:
                grid = torch.linspace(-WIDEST, WIDEST, POINTS, device=fed.device)
                grid = grid[:, None].expand(POINTS, fed.shape[dim])
                self.steepest[kind] = slope_at(function, grid).max()
        flat, gone = (slope < share * self.steepest[kind] for share in (FLAT, DEAD))
        others = [axis for axis in range(fed.ndim) if axis != dim % fed.ndim]
        dead = gone.all(dim=others) if others else gone
        self.tallies.setdefault(self.stage, []).append(
            Tally(dead.numel(), dead.sum(), flat.numel(), flat.sum())
        )

    def summary(self) -> dict[str, float]:
        """Return `dead[STAGE]` and `saturation[STAGE]`, as shares."""
        shares: dict[str, Tensor] = {}
        for kind in ("dead", "saturation"):
            for stage, tallies in self.tallies.items():
                shares[f"{kind}[{stage}]"] = share(tallies, kind)
        if not shares:
            return {}
        told = torch.stack(list(shares.values())).tolist()  # one wait for the device
        return dict(zip(shares, told, strict=True))


def share(tallies: Sequence[Tally], kind: str) -> Tensor:
    """Return the share of dead units, or of flat values, of a stage."""
    if kind == "dead":
        return torch.stack([one.dead for one in tallies]).sum() / sum(one.units for one in tallies)
    return torch.stack([one.flat for one in tallies]).sum() / sum(one.values for one in tallies)


def slope_at(function: Callable[[Tensor], Tensor], fed: Tensor) -> Tensor:
    """Return the size of the slope of a function that acts on every value by itself."""
    start = fed.detach().clone().requires_grad_()
    # The function may work in place, which a leaf does not allow.
    (slope,) = torch.autograd.grad(function(start.clone()).sum(), start)
    return slope.abs()


def stages_of_modules(network: nn.Module, stages: Mapping[str, str]) -> dict[nn.Module, str]:
    """Return the stage of every module that has weights of its own."""
    found: dict[nn.Module, str] = {}
    for path, module in network.named_modules():
        for name, _ in module.named_parameters(recurse=False):
            full = f"{path}.{name}" if path else name
            if path and full in stages:
                found[module] = stages[full]
    return found

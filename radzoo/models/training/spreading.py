"""A network spread over processes (FSDP): each holds a part of every weight and its moments.

A weight is put together where it is computed with, stage by stage, and let go again. Whole
again and on the CPU, the state has the names and shapes that it has in one process: then it
can be kept, and gone on with in any number of processes.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor

from radzoo.models.training.layers import Stage, encoder_stages
from radzoo.models.training.snapshot import Stateful

if TYPE_CHECKING:
    from torch.distributed.device_mesh import DeviceMesh

    from radzoo.models.device import Engine


def spreads(engine: "Engine") -> bool:
    """Is the network to be spread over the processes of this engine?"""
    if engine.fabric is None:
        return False
    from lightning_fabric.strategies.model_parallel import ModelParallelStrategy

    return isinstance(engine.fabric.strategy, ModelParallelStrategy)


def spread(network: nn.Module, engine: "Engine", *, apart: Sequence[nn.Module] = ()) -> None:
    """Leave every process its part of each weight; the network stays callable as it was.

    The weights are other objects afterwards: make the optimiser then.

    Args:
        network: on the CPU or on the engine's device; ends on that.
        engine: of each of the processes, which all call this.
        apart: modules of it whose weights are put together one module after the other; all
            other weights are, for the whole of a pass.
    """
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    # One dimension: then it is the processes' own group, whose patience has a limit.
    mesh: DeviceMesh = init_device_mesh(engine.device.type, (engine.ranks.count,))
    for module in (*apart, network):
        module.register_forward_hook(give_no_view)
    for module in apart:
        fully_shard(module, mesh=mesh)
    # By default the last weights would stay together after a pass, as they were in it.
    fully_shard(network, mesh=mesh, reshard_after_forward=True)


def give_no_view(module: nn.Module, inputs: object, output: object) -> object:
    """Copy a view: changed in place, it would forget that weights are needed on the way back."""
    if isinstance(output, Tensor) and output.requires_grad and output._is_view():
        return output.clone()
    return output


def called_stages(network: nn.Module) -> list[nn.Module]:
    """Return the stages that are called as one module with no weight of any other stage."""
    return [
        network.get_submodule(stage.name)
        for stage in encoder_stages(network)
        if is_module(network, stage)
    ]


def is_module(network: nn.Module, stage: Stage) -> bool:
    """Is this stage a module that is called?"""
    try:
        module = network.get_submodule(stage.name)
    except AttributeError:
        return False
    inside = {f"{stage.name}.{name}" for name, _ in module.named_parameters()}
    is_called = type(module).forward is not nn.Module.forward
    return is_called and bool(inside) and inside <= set(stage.weights)


def local(tensor: Tensor) -> Tensor:
    """Return this process's part of a tensor: of one that is not spread, all."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def whole(tensor: Tensor) -> Tensor:
    """Return a tensor put together; one that was spread ends on the CPU.

    All processes must call this for the same tensors in the same order.
    """
    return tensor.full_tensor().cpu() if isinstance(tensor, DTensor) else tensor


def like(tensor: Tensor, model: Tensor) -> Tensor:
    """Spread a tensor that every process has as another one of the same shape is spread.

    One of another shape (the number of steps of an optimiser, say) is left as it is.
    """
    if not isinstance(model, DTensor) or tensor.shape != model.shape:
        return tensor
    # Each process takes its part of what it has: nothing is sent.
    return distribute_tensor(tensor, model.device_mesh, model.placements, src_data_rank=None)


def state_of(network: nn.Module) -> dict[str, Tensor]:
    """Return a copy of a network's state; of a spread one it is whole, and on the CPU."""
    state = network.state_dict()
    return {k: whole(v) if isinstance(v, DTensor) else v.clone() for k, v in state.items()}


class Whole:
    """The state of a spread network, or of means of its weights, as one process has it."""

    def __init__(self, part: Stateful) -> None:
        self._part = part

    def state_dict(self) -> dict[str, Any]:
        """Return the state, put together."""
        return cast("dict[str, Any]", gathered(self._part.state_dict()))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back this process's part of it."""
        self._part.load_state_dict(cast("dict[str, Any]", alike(state, self._part.state_dict())))


class WholeOptimizer:
    """The state of an optimiser of spread weights, as one process has it."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._optimizer = optimizer

    def state_dict(self) -> dict[str, Any]:
        """Return the state, put together."""
        return cast("dict[str, Any]", gathered(self._optimizer.state_dict()))

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back this process's part of it: moments are spread as their weights are."""
        weights = [w for group in self._optimizer.param_groups for w in group["params"]]
        moments = {
            number: {name: like(value, weights[number]) for name, value in one.items()}
            for number, one in state["state"].items()
        }
        self._optimizer.load_state_dict({**state, "state": moments})


def gathered(state: object) -> object:
    """Put every tensor in a state together."""
    match state:
        case Tensor():
            return whole(state)
        case Mapping():
            return {key: gathered(value) for key, value in state.items()}
        case list() | tuple():
            return type(state)(gathered(value) for value in state)
    return state


def alike(state: object, model: object) -> object:
    """Spread every tensor in a state as the one in the same place of another state is."""
    if isinstance(state, Tensor) and isinstance(model, Tensor):
        return like(state, model)
    if isinstance(state, Mapping) and isinstance(model, Mapping):
        return {key: alike(value, model.get(key)) for key, value in state.items()}
    return state

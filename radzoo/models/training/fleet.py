"""The network that learns, on one device or on many; Lightning Fabric moves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from radzoo.models.device import Engine
from radzoo.models.training.fabric import fabric_of_one
from radzoo.models.training.spreading import whole

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from torch.optim import Optimizer


SLACK: Final = 1e-6
"""torch adds it to the norm before it divides."""


@dataclass(slots=True)
class Fleet:
    """A network, its optimiser, and what lets many processes teach it as one.

    The wrappers made here add nothing to the names of the network's state.

    Attributes:
        learner: the plain network, on its device.
        optimizer: of its weights.
        scaler: keeps float16 gradients from vanishing.
        careful: a step may be left out: then nothing of it must stay.
        wrapped: the network as it is called; `stepping`, the optimiser.
        learning: which weights learnt when it was wrapped.
    """

    engine: Engine
    learner: nn.Module
    optimizer: "Optimizer"
    scaler: torch.amp.GradScaler
    careful: bool = False
    fabric: "Fabric" = field(init=False)
    wrapped: nn.Module = field(init=False)
    stepping: "Optimizer" = field(init=False)
    learning: tuple[bool, ...] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.fabric = self.engine.fabric or fabric_of_one(self.engine, self.scaler)
        self.wrap()

    def wrap(self) -> None:
        """Hand the network to Fabric, and again if other weights learn than before.

        Many processes agree at that moment on which gradients they exchange.
        """
        learning = tuple(weight.requires_grad for weight in self.learner.parameters())
        if learning == self.learning:
            return
        called = self.learner
        if self.engine.compiles:
            called = cast("nn.Module", torch.compile(self.learner, dynamic=False))
        self.wrapped, self.stepping = self.fabric.setup(
            called, self.optimizer, move_to_device=False
        )
        self.learning = learning

    @contextmanager
    def part(self, *, last: bool) -> Iterator[None]:
        """Pass a part of a batch through and back; gradients are exchanged with the last."""
        with self.fabric.no_backward_sync(self.wrapped, enabled=not last):  # type: ignore[arg-type]  # Fabric's own wrapper
            yield

    def clip(self, largest: float) -> Tensor:
        """Shorten the gradient of the whole network; gives the norm it had."""
        if self.engine.device.type == "cpu" and not self.scaler.is_enabled():
            return clip_if_long(self.optimizer, largest)
        norm = self.fabric.clip_gradients(
            self.wrapped, self.stepping, max_norm=largest, error_if_nonfinite=False
        )
        assert norm is not None
        return whole(norm)

    def remember(self) -> list[Tensor]:
        """Return what a forward pass changes (statistics of batch normalisation), if careful."""
        return [one.clone() for one in self.learner.buffers()] if self.careful else []

    def forget(self, before: list[Tensor]) -> None:
        """Leave a step out: nothing of it stays."""
        for buffer, value in zip(self.learner.buffers(), before, strict=False):
            buffer.copy_(value)
        self.optimizer.zero_grad(set_to_none=True)
        if self.scaler.is_enabled():
            self.scaler.update()

    def settle(self) -> None:
        """Give every process the leader's statistics, so that all judge the same network."""
        self.engine.ranks.copy_from_leader(list(self.learner.buffers()))


def clip_if_long(optimizer: "Optimizer", largest: float) -> Tensor:
    """Shorten a gradient on the CPU; one that is short enough is not multiplied by 1."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    norm = whole(nn.utils.get_total_norm([w.grad for w in weights if w.grad is not None]))
    if not norm + SLACK <= largest:
        nn.utils.clip_grads_with_norm_(weights, largest, norm)
    return norm


def has_batch_norm(network: nn.Module) -> bool:
    """Does a layer learn from the statistics of the batch that it is fed?"""
    return any(isinstance(module, _BatchNorm) for module in network.modules())


def join_statistics(network: nn.Module, engine: Engine) -> None:
    """Let batch normalisation on GPUs see the whole batch, not the part of one process."""
    if engine.ranks.count > 1 and engine.device.type == "cuda" and has_batch_norm(network):
        from timm.layers.norm_act import convert_sync_batchnorm

        convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]  # timm has no types here

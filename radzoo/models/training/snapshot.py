"""Everything of a training that changes from step to step, taken out and put back to the bit."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from radzoo.core.errors import IntegrityError
from radzoo.models.training.plain import Plain, from_plain, to_plain
from radzoo.models.training.progress import Epoch, Progress


class Stateful(Protocol):
    """Networks, optimisers, scalers, running means: what can tell its state and take it back."""

    def state_dict(self) -> dict[str, Any]:
        """Return dictionaries, lists, numbers and tensors."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> object:
        """Take them back."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A training between two steps.

    Attributes:
        values: for JSON; the names of the tensors stand in it.
        tensors: by name; they belong to the training and change with its next step.
    """

    values: dict[str, Plain]
    tensors: dict[str, Tensor]


def capture(parts: Mapping[str, Stateful], progress: Progress) -> Snapshot:
    """Take the state of every part, and of how far the training is; nothing is copied."""
    tensors: dict[str, Tensor] = {}
    values = {name: to_plain(part.state_dict(), name, tensors) for name, part in parts.items()}
    told = {item.name: getattr(progress, item.name) for item in fields(progress)}
    history = [{f.name: getattr(epoch, f.name) for f in fields(epoch)} for epoch in told["history"]]
    values["progress"] = to_plain(told | {"history": history}, "progress", tensors)
    return Snapshot(values, tensors)


def restore(snapshot: Snapshot, parts: Mapping[str, Stateful]) -> Progress:
    """Put every part back into the state it had; gives how far the training was.

    Raises:
        IntegrityError: if the snapshot is of another training, with other layers or parts.
    """
    try:
        values = {name: from_plain(one, snapshot.tensors) for name, one in snapshot.values.items()}
        told = cast("dict[str, Any]", values.pop("progress"))
        if values.keys() != parts.keys():
            raise KeyError
        for name, part in parts.items():
            part.load_state_dict(cast("dict[str, Any]", values[name]))
            if isinstance(part, torch.optim.Optimizer):
                lay_out_like_weights(part)
        history = [Epoch(**epoch) for epoch in told.pop("history")]
        return Progress(**told, history=history)
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError):
        raise IntegrityError(
            "the checkpoint is of a training with other layers or settings",
            id="checkpoint-does-not-fit",
            hint="begin anew in another --out",
        ) from None


def lay_out_like_weights(optimizer: torch.optim.Optimizer) -> None:
    """Give the moments of each weight the layout in memory of that weight, as they had."""
    for weight, state in optimizer.state.items():
        for name, value in state.items():
            if not isinstance(value, Tensor) or value.shape != weight.shape:
                continue
            if value.stride() != weight.stride():
                alike = torch.empty_like(weight, dtype=value.dtype, device=value.device)
                state[name] = alike.copy_(value)

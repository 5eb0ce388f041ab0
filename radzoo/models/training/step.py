"""One step: the gradient of a whole batch, however it is cut and shared, and what it told."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from radzoo.models.lesson import Loss
from radzoo.models.training.fleet import Fleet
from radzoo.models.training.mixing import Look
from radzoo.models.training.pieces import UNKNOWN, cut


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a batch.

    Attributes:
        loss: mean over its known targets.
        n_seen: cases that all processes together have passed through the network.
        applied: False if loss or gradient was not finite; then nothing was changed.
    """

    loss: float
    n_seen: int
    applied: bool


def take_step(
    fleet: Fleet,
    look: Look,
    loss: Loss,
    targets: Tensor,
    *,
    micro_batch: int | None,
    gradient_clip: float,
) -> Step:
    """Learn from one batch, unless its loss or gradient is not finite.

    Args:
        fleet: the network and who else teaches it.
        look: from places in the batch to what the network is fed.
        loss: `(logits, targets)` to the mean over known targets.
        targets: of all cases of the batch, on all processes together; on the device.
            Unknown are NaN and, of integers, `UNKNOWN`.
        micro_batch: cases that this process holds at a time; None = all of its part.
        gradient_clip: largest norm of the gradient of the batch.
    """
    ranks = fleet.engine.ranks
    fleet.stepping.zero_grad(set_to_none=True)
    before = fleet.remember()
    pieces = cut(len(targets), ranks, micro_batch)
    known = n_known(targets)
    losses = []
    for number, piece in enumerate(pieces, start=1):
        wanted = piece.targets_in(targets)
        with fleet.part(last=number == len(pieces)):
            logits = fleet.wrapped(look(piece.places))
            mean = loss(logits.float(), wanted)
            share = n_known(wanted) / known
            # The processes' gradients are averaged, and are to be summed.
            fleet.fabric.backward(mean * (share * ranks.count))
        losses.append(mean.detach() * share)
    norm = fleet.clip(gradient_clip)
    n_seen = losses[0].new_tensor(sum(piece.n for piece in pieces))
    told = ranks.sum(torch.stack([torch.stack(losses).sum(), n_seen]))
    value, seen, size = torch.cat([told, norm.reshape(1)]).tolist()  # one wait for the device
    # An infinite float16 gradient is normal: the scaler skips that step and scales less.
    applied = math.isfinite(value) and (math.isfinite(size) or fleet.scaler.is_enabled())
    if applied:
        fleet.stepping.step()
    else:
        fleet.forget(before)
    return Step(value, round(seen), applied)


def n_known(targets: Tensor) -> Tensor:
    """Count the targets that are known; at least 1, to be divided by."""
    known = targets.isfinite() if targets.is_floating_point() else targets != UNKNOWN
    return known.sum().clamp(min=1).to(torch.float32)

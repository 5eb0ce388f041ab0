"""Losses of masks: overlap, cross-entropy and distance to the border.

Targets are class numbers, 0 = background; 255 is unknown and counts nothing. All arithmetic is
in single precision, whatever the network computes in: sums over a volume lose too much in half.
A structure that a patch does not have says nothing about overlap: it is left out there, and the
cross-entropy alone teaches the network not to find it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Loss: TypeAlias = "Callable[[Tensor, Tensor], Tensor]"
UNKNOWN: Final = 255
SMOOTH: Final = 1e-5
"""Added to both sides of a ratio, as MONAI does."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a network says of each structure beside what is true; background is left out.

    Attributes:
        log_probabilities: `(n, classes, *space)`, with the background.
        probabilities: `(n, structures, *space)`, 0 where the truth is unknown.
        truth: of the same shape, 0 or 1.
        targets: `(n, *space)`, class numbers as int64.
    """

    log_probabilities: "Tensor"
    probabilities: "Tensor"
    truth: "Tensor"
    targets: "Tensor"


def compare(outputs: "Tensor", targets: "Tensor") -> Compared:
    """Turn logits `(n, classes, *space)` and class numbers `(n, *space)` into probabilities."""
    import torch

    logs = outputs.float().log_softmax(dim=1)
    known = (targets != UNKNOWN)[:, None]
    numbers = targets.long()
    truth = torch.zeros_like(logs).scatter_(1, numbers.where(known[:, 0], 0)[:, None], 1.0)
    found, wanted = logs[:, 1:].exp() * known, truth[:, 1:] * known
    return Compared(logs, found, wanted, numbers)


def cross_entropy(compared: Compared, *, rare: float = 0.0) -> "Tensor":
    """Return the mean over known voxels.

    Args:
        compared: what is said and what is true.
        rare: exponent of the inverse frequency, in this batch, by which voxels of a class
            count; 0 = all alike, 1 = all classes alike.
    """
    from torch.nn.functional import nll_loss

    logs, targets = compared.log_probabilities, compared.targets
    n_known = (targets != UNKNOWN).sum().clamp(min=1)
    if not rare:
        total = nll_loss(logs, targets, ignore_index=UNKNOWN, reduction="sum")
        return total / n_known
    counts = targets.flatten().bincount(minlength=UNKNOWN + 1)[: logs.shape[1]]
    weights = counts.clamp(min=1).float() ** -rare
    total = nll_loss(logs, targets, weights, ignore_index=UNKNOWN, reduction="sum")
    return total / (weights * counts).sum().clamp(min=SMOOTH)


def overlap_loss(
    compared: Compared,
    *,
    alpha: float = 0.5,
    beta: float = 0.5,
    gamma: float = 1.0,
    batch: bool = False,
) -> "Tensor":
    """Return one minus the Tversky index, mean over the structures that are there.

    With `alpha` and `beta` 0.5 it is the soft Dice loss.

    Args:
        compared: what is said and what is true.
        alpha: how much a voxel counts that is found and should not be.
        beta: how much one counts that is missed.
        gamma: exponent of what is lost.
        batch: count over all patches of the batch together, not one by one.

    Returns:
        A scalar; 0 if no patch has any structure.

    References:
        Milletari F et al. V-Net. 3DV 2016, section 3. Salehi SSM et al. Tversky loss function.
        MLMI 2017, eq. 4. Abraham N, Khan NM. A novel focal Tversky loss. ISBI 2019, eq. 4, where
        `gamma` is called 1 / gamma.
    """
    found, truth = compared.probabilities, compared.truth
    axes = [axis for axis in range(found.ndim) if axis > 1 or (batch and axis == 0)]
    both = (found * truth).sum(axes)
    wrong, missed = found.sum(axes) - both, truth.sum(axes) - both
    # Twice each, so that the smoothing is that of the Dice loss: 2 TP over 2 TP + FP + FN.
    index = (2 * both + SMOOTH) / (2 * both + 2 * alpha * wrong + 2 * beta * missed + SMOOTH)
    there = truth.sum(axes) > 0
    lost = (1 - index).clamp(min=0)
    if gamma != 1:
        # The slope of a root is endless at nothing.
        lost = lost.clamp(min=SMOOTH) ** gamma
    return (lost * there).sum() / there.sum().clamp(min=1)


def boundary_loss(compared: Compared) -> "Tensor":
    """Return the mean of probability times the signed distance to the true border, in voxels.

    Distances are negative inside, so that it is least where probability stands inside alone.
    Structures that a patch does not have count nothing.

    References:
        Kervadec H et al. Boundary loss for highly unbalanced segmentation. MIDL 2019, eq. 5.
    """
    import torch

    truth = compared.truth
    masks = truth.detach().cpu().numpy() > 0
    maps = [signed_distance(mask) for case in masks for mask in case]
    distances = torch.from_numpy(np.stack(maps)).view(truth.shape).to(truth.device)
    there = truth.flatten(2).any(dim=2)
    each = (compared.probabilities * distances).flatten(2).mean(dim=2)
    return (each * there).sum() / there.sum().clamp(min=1)


def signed_distance(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return how far each voxel is from the border, negative inside; 0 if there is no border."""
    from scipy.ndimage import distance_transform_edt

    if not mask.any() or mask.all():
        return np.zeros(mask.shape, np.float32)
    outside, inside = distance_transform_edt(~mask), distance_transform_edt(mask)
    signed: NDArray[np.float32] = (outside - np.where(mask, inside - 1, 0)).astype(np.float32)
    return signed


def supervise_deeply(loss: Loss) -> Loss:
    """Let a loss of one map judge those of several depths, each half as much as the one before.

    Outputs with one axis more than targets and classes have are `(n, depths, classes, *space)`,
    finest first; the weights 1, 1/2, 1/4 ... are divided by their sum.

    References:
        Isensee F et al. nnU-Net. Nature Methods 2021;18:203. Supplementary note 4.
    """

    def judge(outputs: "Tensor", targets: "Tensor") -> "Tensor":
        if outputs.ndim == targets.ndim + 1:
            return loss(outputs, targets)
        losses = [loss(one, targets) for one in outputs.unbind(dim=1)]
        return weighted(losses)

    return judge


def weighted(losses: "Sequence[Tensor]") -> "Tensor":
    """Return the mean of losses that count 1, 1/2, 1/4 ..."""
    shares = [0.5**depth for depth in range(len(losses))]
    first, *others = (
        loss * (share / sum(shares)) for loss, share in zip(losses, shares, strict=True)
    )
    return sum(others, first)

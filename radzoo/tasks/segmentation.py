"""Task: which voxel or pixel belongs to which structure?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks.mask_losses import (
    boundary_loss,
    compare,
    cross_entropy,
    overlap_loss,
    supervise_deeply,
)
from radzoo.tasks.task import Objective, Outputs, Task

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def check(cases: Sequence[Case], labels: Sequence[str], split: str) -> None:
    """Ask for cases, and for a mask of each.

    Raises:
        InputError: if there are none, or one has no mask.
    """
    if not cases:
        raise InputError(
            f"there are no cases in the {split} split",
            id="empty-split",
            hint="split the data anew, or add cases",
        )
    bare = sum(case.mask is None for case in cases)
    if bare:
        raise InputError(
            f"{bare} of {len(cases)} cases of the {split} split have no mask",
            id="no-mask",
            hint="name their masks in the column mask, or leave these cases out",
        )


def targets(cases: Sequence[Case], labels: Sequence[str]) -> Matrix:
    """Return no columns: what is true stands in the masks."""
    return np.zeros((len(cases), 0))


def read(targets: Matrix, labels: Sequence[str], classes: Sequence[str], recipe: Recipe) -> Reading:
    """Return the names of the structures, in the order of the outputs behind the background."""
    return Reading(classes=list(classes or labels))


def outputs(labels: Sequence[str], reading: Reading) -> int:
    """One map for the background and one for each structure."""
    return 1 + len(reading.classes or labels)


def appearances(targets: Matrix) -> Vector:
    """Every case comes as often as any other: `(n_cases,)`."""
    return np.ones(len(targets))


def scores(logits: Outputs, reading: Reading) -> Matrix:
    """Turn logits `(n, classes)` of voxels into probabilities `(n, classes)`."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    exponential = np.exp(shifted)
    probabilities: Matrix = exponential / exponential.sum(axis=1, keepdims=True)
    return probabilities


def objective(
    recipe: Recipe, targets: Matrix, reading: Reading, device: "torch.device"
) -> Objective:
    """Return the loss that a recipe asks for; validation is judged by the same."""

    def loss(outputs: "Tensor", wanted: "Tensor") -> "Tensor":
        compared = compare(outputs, wanted)
        false, missed, gamma = 0.5, 0.5, 1.0
        if recipe.loss == "tversky":
            false, missed = recipe.tversky_alpha, recipe.tversky_beta
            gamma = recipe.tversky_gamma
        value = cross_entropy(compared, rare=recipe.rare_voxels) + overlap_loss(
            compared, alpha=false, beta=missed, gamma=gamma, batch=recipe.batch_dice
        )
        if recipe.loss == "boundary":
            value = value + recipe.boundary_weight * boundary_loss(compared)
        return value

    deep = supervise_deeply(loss)
    return Objective(loss=deep, val_loss=deep)


TASK = Task(
    name="segmentation",
    reads="mask",
    form=None,
    losses=("dice-cross-entropy", "tversky", "boundary"),
    metrics=("dice", "iou", "hd95", "nsd"),
    sections=(),
    headline="dice",
    check=check,
    targets=targets,
    read=read,
    outputs=outputs,
    objective=objective,
    appearances=appearances,
    scores=scores,
)

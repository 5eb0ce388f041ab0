"""Task: which one of several classes is this case of? They have no order."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from radzoo.core.plugins import Matrix
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks.class_losses import count_cases, effective_weights, even_weights, softmax_loss
from radzoo.tasks.classes import LOSSES, check_classes, read_classes, soft_classes
from radzoo.tasks.findings import appearances
from radzoo.tasks.task import Objective, Outputs, Task, label_targets

if TYPE_CHECKING:
    import torch

    from radzoo.tasks.task import Loss


def outputs(labels: Sequence[str], reading: Reading) -> int:
    """One logit for each class."""
    return len(reading.classes)


def scores(logits: Outputs, reading: Reading | None = None) -> Matrix:
    """Turn logits `(n, n_classes)` into probabilities that add up to 1."""
    exact = logits.astype(np.float64)
    powers = np.exp(exact - exact.max(axis=1, keepdims=True))
    probabilities: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def objective(
    recipe: Recipe, targets: Matrix, reading: Reading, device: "torch.device"
) -> Objective:
    """Return the losses that a recipe asks for, given the training targets.

    Whatever the classes are weighted by, and however often each is shown, the network's own
    logits stay those of the training set's prevalence; see `softmax_loss`.
    """
    n_classes = len(reading.classes)
    natural = count_cases(targets, n_classes)
    balanced = recipe.sampling == "balanced"
    shown = count_cases(targets, n_classes, appearances(targets)) if balanced else natural
    weights = np.ones(n_classes)
    if recipe.loss == "class-balanced":
        weights = effective_weights(natural)
    elif recipe.class_weights == "auto":
        weights = even_weights(shown)
    counted = weights * np.where(natural > 0, shown / np.maximum(natural, 1), 1)
    return Objective(
        loss=_loss(recipe, weights, counted, device),
        val_loss=_loss(recipe, counted, counted, device),
    )


def _loss(
    recipe: Recipe,
    weights: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    counted: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    device: "torch.device",
) -> "Loss":
    import torch

    return partial(
        softmax_loss,
        weights=torch.from_numpy(weights.astype(np.float32)).to(device),
        shift=torch.from_numpy(counted.astype(np.float32)).to(device).log(),
        gamma=recipe.focal_gamma if recipe.loss == "focal" else 0.0,
        smoothing=recipe.label_smoothing,
    )


TASK = Task(
    name="multiclass",
    reads="class",
    form="classes",
    losses=LOSSES,
    metrics=("auroc_macro", "hand_till", "balanced_accuracy", "accuracy", "brier"),
    sections=("confusion", "calibration", "selective"),
    headline="auroc_macro",
    check=partial(check_classes, "multiclass"),
    targets=label_targets,
    read=read_classes,
    outputs=outputs,
    objective=objective,
    appearances=appearances,
    scores=scores,
    soft=soft_classes,
)

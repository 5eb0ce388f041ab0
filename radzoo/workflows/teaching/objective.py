"""What a training makes small, and what it judges by, from the recipe and the targets."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from radzoo.core.plugins import Matrix, Task, Vector
from radzoo.core.recipe import Recipe
from radzoo.models.training.sampling import appearances
from radzoo.models.training.step import Loss


@dataclass(frozen=True, slots=True)
class Objective:
    """Losses over logits and targets.

    Attributes:
        loss: for training cases, as often as they are shown.
        val_loss: for cases that come as often as they are; least at the same logits.
    """

    loss: Loss
    val_loss: Loss


def objective(task: Task, recipe: Recipe, targets: Matrix, device: torch.device) -> Objective:
    """Return the losses that a recipe asks for, given the training targets.

    Whatever the classes are weighted by, and however often each is shown, the network's own
    logit stays that of the training set's prevalence: the loss moves it by the logarithm of
    how much more the diseased count than they would by their number.
    """
    natural = task.weigh(targets)
    balanced = recipe.sampling == "balanced"
    shown = task.weigh(targets, appearances(targets)) if balanced else natural
    weights = class_weights(task, recipe, targets, shown)
    counted = weights * (natural / shown) if balanced else weights
    return Objective(
        loss=_loss(task, recipe, weights, counted, device),
        val_loss=_loss(task, recipe, counted, counted, device),
    )


def class_weights(task: Task, recipe: Recipe, targets: Matrix, shown: Vector) -> Vector:
    """Return how much a shown case of the positive class counts, for every label.

    Args:
        task: says how classes are weighed.
        recipe: which weights are wanted.
        targets: `(n_cases, n_labels)` of training.
        shown: the weights that let both classes count alike, as often as they are shown.
    """
    if recipe.loss == "class-balanced":
        return task.class_balance(targets)
    return shown if recipe.class_weights == "auto" else np.ones_like(shown)


def _loss(
    task: Task, recipe: Recipe, weights: Vector, counted: Vector, device: torch.device
) -> Loss:
    on_device = torch.from_numpy(weights.astype(np.float32)).to(device)
    shift = torch.from_numpy(counted.astype(np.float32)).to(device).log()
    gamma = recipe.focal_gamma if recipe.loss == "focal" else 0.0

    def loss(logits: Tensor, wanted: Tensor) -> Tensor:
        value = task.loss(
            logits, wanted, on_device, shift=shift, gamma=gamma, smoothing=recipe.label_smoothing
        )
        assert isinstance(value, Tensor)
        return value

    return loss

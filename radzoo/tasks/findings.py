"""What the tasks of findings share: every output is the logit of one finding being there."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks.losses import class_balanced_weights, odds_against, sigmoid_loss
from radzoo.tasks.task import Objective, Outputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor

LOSSES = ("cross-entropy", "focal", "class-balanced")


def read(targets: Matrix, labels: Sequence[str], classes: Sequence[str], recipe: Recipe) -> Reading:
    """Note the findings that nothing is learnt of; a sigmoid reads every logit."""
    both = (targets == 1).any(axis=0) & (targets == 0).any(axis=0)
    return Reading(untaught=np.flatnonzero(~both).tolist())


def outputs(labels: Sequence[str], reading: Reading) -> int:
    """One logit for each finding."""
    return len(labels)


def scores(logits: Outputs, reading: Reading | None = None) -> Matrix:
    """Turn logits `(n, n_labels)` into probabilities; NaN for what nothing was learnt of."""
    # exp of minus the size never overflows, and tiny probabilities stay distinct.
    exponential = np.exp(-np.abs(logits.astype(np.float64)))
    positive = 1 / (1 + exponential)
    probabilities: Matrix = np.where(logits >= 0, positive, exponential * positive)
    if reading is not None:
        probabilities[:, reading.untaught] = np.nan
    return probabilities


def weigh(targets: Matrix, counts: Vector | None = None) -> Vector:
    """Return how much a diseased case counts, so that both classes of a label count alike.

    Args:
        targets: `(n_cases, n_labels)`, 0, 1 or NaN.
        counts: `(n_cases,)`, how often each case is shown; None = once.

    Returns:
        `(n_labels,)`, healthy cases per diseased case; 1 where a class is missing.
    """
    one_class = ~((targets == 1).any(axis=0) & (targets == 0).any(axis=0))
    weights: Vector = np.where(one_class, 1.0, odds_against(targets, counts))
    return weights


def appearances(targets: Matrix) -> Vector:
    """Return how often each case is expected in a balanced epoch, `(n_cases,)`.

    A case counts by the rarest of its known values: by one over the number of cases that
    have the same value of that label. With one label all values come equally often; with
    several, cases of a rare finding come more often, however common their other values are.
    Cases of which nothing is known are not shown.

    Args:
        targets: `(n_cases, n_labels)`, numbers of classes (0 and 1 of findings) or NaN.
    """
    shares = np.zeros(len(targets))
    for value in np.unique(targets[~np.isnan(targets)]):
        has: NDArray[np.bool_] = targets == value
        numbers = np.maximum(has.sum(axis=0), 1)
        shares = np.maximum(shares, (has / numbers).max(axis=1))
    expected: Vector = shares * (len(targets) / shares.sum())
    return expected


def objective(
    recipe: Recipe, targets: Matrix, reading: Reading, device: "torch.device"
) -> Objective:
    """Return the losses that a recipe asks for, given the training targets.

    Whatever the classes are weighted by, and however often each is shown, the network's own
    logit stays that of the training set's prevalence: the loss moves it by the logarithm of
    how much more the diseased count than they would by their number.
    """
    natural = weigh(targets)
    balanced = recipe.sampling == "balanced"
    shown = weigh(targets, appearances(targets)) if balanced else natural
    weights = class_weights(recipe, targets, shown)
    counted = weights * (natural / shown) if balanced else weights
    return Objective(
        loss=_loss(recipe, weights, counted, device),
        val_loss=_loss(recipe, counted, counted, device),
    )


def class_weights(recipe: Recipe, targets: Matrix, shown: Vector) -> Vector:
    """Return how much a shown case of the positive class counts, for every label.

    Args:
        recipe: which weights are wanted.
        targets: `(n_cases, n_labels)` of training.
        shown: the weights that let both classes count alike, as often as they are shown.
    """
    if recipe.loss == "class-balanced":
        return class_balanced_weights(targets)
    return shown if recipe.class_weights == "auto" else np.ones_like(shown)


def _loss(
    recipe: Recipe, weights: Vector, counted: Vector, device: "torch.device"
) -> "Callable[[Tensor, Tensor], Tensor]":
    import torch

    on_device = torch.from_numpy(weights.astype(np.float32)).to(device)
    shift = torch.from_numpy(counted.astype(np.float32)).to(device).log()
    gamma = recipe.focal_gamma if recipe.loss == "focal" else 0.0

    def loss(logits: "Tensor", wanted: "Tensor") -> "Tensor":
        return sigmoid_loss(
            logits, wanted, on_device, shift=shift, gamma=gamma, smoothing=recipe.label_smoothing
        )

    return loss

"""Task: which of several classes, from the lowest to the highest, is this case of?

The network answers one question for each step of the scale: is the case above it? The answers
cannot contradict each other: what is above a step is above every lower one.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from radzoo.core.plugins import Matrix, Vector
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks.class_losses import count_cases, rows_of_classes
from radzoo.tasks.classes import LOSSES, check_classes, read_classes, soft_classes
from radzoo.tasks.findings import appearances, class_weights, weigh
from radzoo.tasks.losses import sigmoid_loss
from radzoo.tasks.task import Objective, Outputs, Task, label_targets

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from radzoo.tasks.task import Loss


def outputs(labels: Sequence[str], reading: Reading) -> int:
    """One for each step between two classes."""
    return len(reading.classes) - 1


def step_logits(said: "Tensor") -> "Tensor":
    """Turn outputs into logits of being above each step, which fall from step to step.

    The first output is the logit of the lowest step; each further one says by how much that of
    its step is below the one before: by its softplus, which is never negative.

    Args:
        said: `(n, n_classes - 1)`.

    Returns:
        `(n, n_classes - 1)`.
    """
    import torch
    from torch.nn.functional import softplus

    falls = softplus(said[:, 1:]).cumsum(dim=1)
    return torch.cat([said[:, :1], said[:, :1] - falls], dim=1)


def class_logs(said: "Tensor") -> "Tensor":
    """Return the logarithm of the probability of each class, `(n, n_classes)`.

    A class between two steps has `sigmoid(a) - sigmoid(a - softplus(d))`, which is
    `sigmoid(a) * sigmoid(softplus(d) - a) * sigmoid(d)`: nothing of it is lost to rounding.
    """
    import torch
    from torch.nn.functional import logsigmoid

    steps = step_logits(said)
    above, below = logsigmoid(steps), logsigmoid(-steps)
    between = above[:, :-1] + below[:, 1:] + logsigmoid(said[:, 1:])
    return torch.cat([below[:, :1], between, above[:, -1:]], dim=1)


def scores(said: Outputs, reading: Reading | None = None) -> Matrix:
    """Turn outputs into probabilities `(n, n_classes)` that add up to 1; none is negative."""
    import torch

    with torch.no_grad():
        powers = class_logs(torch.from_numpy(said.astype(np.float64))).exp().numpy()
    probabilities: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def above_steps(targets: "Tensor", n_classes: int) -> "Tensor":
    """Say of every case whether it is above each step, `(n, n_classes - 1)`; NaN = unknown.

    Args:
        targets: class numbers `(n, 1)`, or how much of each class `(n, n_classes)`.
        n_classes: two or more.
    """
    rows = rows_of_classes(targets, n_classes)
    return rows.flip(1).cumsum(dim=1).flip(1)[:, 1:]


def objective(
    recipe: Recipe, targets: Matrix, reading: Reading, device: "torch.device"
) -> Objective:
    """Return the losses that a recipe asks for, given the training targets.

    The cross-entropy of every step counts alike, so that being off by two classes costs more
    than by one. Weights let both sides of every step count alike. As of findings, the outputs
    stay those of the training set's prevalence, whatever is weighted and shown how often.
    """
    import torch

    n_classes = len(reading.classes)
    steps = above_steps(torch.from_numpy(targets), n_classes).numpy()
    natural, shown, times = weigh(steps), weigh(steps), np.ones(n_classes)
    if recipe.sampling == "balanced":
        often = appearances(targets)
        shown = weigh(steps, often)
        there = np.maximum(count_cases(targets, n_classes), 1)
        times = np.maximum(count_cases(targets, n_classes, often), 1e-6) / there
    weights = class_weights(recipe, steps, shown)
    return Objective(
        loss=_loss(recipe, weights, times, device),
        val_loss=_loss(recipe, weights * (natural / shown), np.ones(n_classes), device),
    )


def _loss(recipe: Recipe, weights: Vector, times: Vector, device: "torch.device") -> "Loss":
    """Return the loss where both sides of a step are weighted, and classes shown more often."""
    import torch

    on_device = torch.from_numpy(weights.astype(np.float32)).to(device)
    more = torch.from_numpy(times.astype(np.float32)).to(device).log()
    gamma = recipe.focal_gamma if recipe.loss == "focal" else 0.0

    def loss(said: "Tensor", wanted: "Tensor") -> "Tensor":
        logits = step_logits(said) if not more.any() else as_shown(class_logs(said), more)
        return sigmoid_loss(
            logits, above_steps(wanted, said.shape[1] + 1), on_device, gamma=gamma,
            smoothing=recipe.label_smoothing,
        )  # fmt: skip

    return loss


def as_shown(logs: "Tensor", more: "Tensor") -> "Tensor":
    """Return logits of being above each step where classes are shown more or less often.

    Args:
        logs: `(n, n_classes)`, logarithms of probabilities at the true prevalence.
        more: `(n_classes,)`, logarithm of how much more often each class is shown.
    """
    shown = logs + more
    up_to = shown.logcumsumexp(dim=1)[:, :-1]
    above = shown.flip(1).logcumsumexp(dim=1).flip(1)[:, 1:]
    return above - up_to


TASK = Task(
    name="ordinal",
    reads="class",
    form="classes",
    losses=LOSSES,
    metrics=("kappa_quadratic", "mae", "within_one", "auroc_macro", "accuracy"),
    sections=("confusion", "calibration", "selective"),
    headline="kappa_quadratic",
    check=partial(check_classes, "ordinal"),
    targets=label_targets,
    read=read_classes,
    outputs=outputs,
    objective=objective,
    appearances=appearances,
    scores=scores,
    soft=soft_classes,
)

"""What a task is: what it reads of a case, what it makes small, and how outputs become scores."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.errors import UsageError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.predictions import Form
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe

if TYPE_CHECKING:
    import torch
    from torch import Tensor

Loss: TypeAlias = "Callable[[Tensor, Tensor], Tensor]"
Outputs: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Objective:
    """What a training makes small: the mean of one value for each known target.

    So the losses of the parts of a batch, weighed by their numbers of known targets, add up to
    that of the batch.

    Attributes:
        loss: `(outputs, targets)` of training cases, as often as they are shown.
        val_loss: the same of cases that come as often as they are; least at the same outputs.
    """

    loss: Loss
    val_loss: Loss


@dataclass(frozen=True, slots=True)
class Task:
    """What is predicted, and how a network is taught and read for it.

    Attributes:
        reads: which targets of a case count: its `labels` (each a question of its own with the
            values 0 and 1), the `class` or the `number` under its one label, the `times` to an
            event, or the `mask`.
        form: how predictions are laid out; see `core.predictions`. None: they are masks.
        losses: names of `Recipe.loss` that it knows; the first is what `auto` means.
        metrics: those that its report begins with, in this order.
        sections: further parts of its report, by the names of fields of `EvalReport`.
        headline: name of the metric that chooses the epoch, on validation.
        check: `(cases, labels, split name)`; raises `InputError` if the cases cannot serve.
        targets: `(cases, labels)` to what the loss is told, `(n_cases, n_columns)`; NaN where
            it is not known. Of a class its number; of times the time and the event.
        read: `(targets of training, labels, names of the classes, recipe)` to how the outputs
            are to be read.
        outputs: `(labels, reading)` to the number of network outputs.
        objective: `(recipe, targets of training, reading, device)` to the losses.
        appearances: targets to how often each case is expected in a balanced epoch,
            `(n_cases,)`.
        scores: `(outputs (n_cases, n_outputs), reading)` to scores `(n_cases, n_scores)`.
        survival: of times: `(outputs, reading)` to horizon and the probability `(n_cases,)` of
            no event until then.
        sd: of numbers: `(outputs, reading)` to the standard deviation `(n_cases, n_labels)` that
            the network expects of its error; None where it says nothing of that.
        soft: `(targets on the device, reading)` to targets that may be mixed with each other;
            the losses take either. None: they are numbers that may be mixed as they are.
        settle: `(reading, targets, outputs)` of training, after it, to the final reading; None
            = it was final before.
        cautions: `(recipe, number of processes)` to what the user should know of both together.
    """

    name: str
    reads: Literal["labels", "class", "number", "times", "mask"]
    form: Form | None
    losses: tuple[str, ...]
    metrics: tuple[str, ...]
    sections: tuple[str, ...]
    headline: str
    check: Callable[[Sequence[Case], Sequence[str], str], None]
    targets: Callable[[Sequence[Case], Sequence[str]], Matrix]
    read: Callable[[Matrix, Sequence[str], Sequence[str], Recipe], Reading]
    outputs: Callable[[Sequence[str], Reading], int]
    objective: "Callable[[Recipe, Matrix, Reading, torch.device], Objective]"
    appearances: Callable[[Matrix], Vector]
    scores: Callable[[Outputs, Reading], Matrix]
    survival: Callable[[Outputs, Reading], Mapping[float, Vector]] | None = None
    sd: Callable[[Outputs, Reading], Matrix | None] | None = None
    soft: "Callable[[Tensor, Reading], Tensor] | None" = None
    settle: Callable[[Reading, Matrix, Outputs], Reading] | None = None
    cautions: Callable[[Recipe, int], tuple[str, ...]] | None = None


def check_loss(task: Task, recipe: Recipe) -> None:
    """Refuse a loss that does not belong to the task.

    Raises:
        UsageError: naming those that do.
    """
    if recipe.loss == "auto" or recipe.loss in task.losses:
        return
    raise UsageError(
        f"--loss {recipe.loss} was given; the task '{task.name}' knows {', '.join(task.losses)}",
        id="loss-of-another-task",
        hint=f"leave --loss out to use {task.losses[0]}",
    )


def label_targets(cases: Sequence[Case], labels: Sequence[str]) -> Matrix:
    """Return true values `(n_cases, n_labels)`; NaN where a case was not labelled."""
    values = [[case.targets.get(label) for label in labels] for case in cases]
    known = [[np.nan if value is None else value for value in row] for row in values]
    return np.array(known, dtype=np.float64).reshape(len(cases), len(labels))

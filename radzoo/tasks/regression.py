"""Task: what number does this case have, such as an age or a volume?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks.number_losses import SUREST, gaussian_loss, huber_loss, squared_loss
from radzoo.tasks.task import Objective, Outputs, Task, label_targets

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def check(cases: Sequence[Case], labels: Sequence[str], split: str) -> None:
    """Ask for one label, and for two different values in this split.

    Raises:
        InputError: if there is another number of labels, or nothing that varies.
    """
    if len(labels) != 1:
        raise InputError(
            f"the task 'regression' needs one label, the data have {len(labels)}: "
            f"{', '.join(labels)}",
            id="wrong-number-of-labels",
            hint="name one with --target",
        )
    known = {value for case in cases if (value := case.targets.get(labels[0])) is not None}
    if len(known) < 2:
        said = "no value" if not known else "one value only"
        raise InputError(
            f"the {split} split has {said} of '{labels[0]}', and needs different ones",
            id="one-value-split",
            hint="split the data anew, or add cases",
        )


def read(targets: Matrix, labels: Sequence[str], classes: Sequence[str], recipe: Recipe) -> Reading:
    """Keep mean and standard deviation of the training cases: the network learns in these."""
    return Reading(
        centre=np.nanmean(targets, axis=0).tolist(),
        spread=np.nanstd(targets, axis=0).tolist(),
        says_sd=recipe.loss == "heteroscedastic",
    )


def outputs(labels: Sequence[str], reading: Reading) -> int:
    """One for each number; where it says how far off that may be, two."""
    return len(labels) * (2 if reading.says_sd else 1)


def scores(said: Outputs, reading: Reading) -> Matrix:
    """Turn outputs into numbers in the target's unit, `(n, n_labels)`."""
    exact = said.astype(np.float64)
    if not reading.centre:  # a published network, whose outputs are in that unit
        return exact
    means: Matrix = exact[:, : len(reading.centre)] * reading.spread + reading.centre
    return means


def sd(said: Outputs, reading: Reading) -> Matrix | None:
    """Return how far off the numbers may be, `(n, n_labels)`, in the target's unit."""
    if not reading.says_sd:
        return None
    logs = said[:, len(reading.centre) :].astype(np.float64).clip(-SUREST, SUREST)
    widths: Matrix = np.exp(logs / 2) * reading.spread
    return widths


def objective(
    recipe: Recipe, targets: Matrix, reading: Reading, device: "torch.device"
) -> Objective:
    """Return the loss that a recipe asks for; it sees targets in standard deviations."""
    import torch

    centre, spread = (
        torch.tensor(values, dtype=torch.float32, device=device)
        for values in (reading.centre, reading.spread)
    )

    def loss(said: "Tensor", wanted: "Tensor") -> "Tensor":
        standard = (wanted - centre) / spread
        if recipe.loss == "heteroscedastic":
            return gaussian_loss(said, standard)
        if recipe.loss == "squared-error":
            return squared_loss(said, standard)
        return huber_loss(said, standard, recipe.huber_delta)

    return Objective(loss=loss, val_loss=loss)


def appearances(targets: Matrix) -> Vector:
    """Show every case whose number is known as often: numbers have no rare classes."""
    known = ~np.isnan(targets).all(axis=1)
    expected: Vector = known * (len(targets) / max(1, known.sum()))
    return expected


TASK = Task(
    name="regression",
    reads="number",
    form="labels",
    losses=("huber", "squared-error", "heteroscedastic"),
    metrics=("mae", "rmse", "r2", "ccc", "bias"),
    sections=("agreement",),
    headline="mae",
    check=check,
    targets=label_targets,
    read=read,
    outputs=outputs,
    objective=objective,
    appearances=appearances,
    scores=scores,
    sd=sd,
)

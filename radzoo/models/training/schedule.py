"""How the learning rate goes over the steps of a run."""

import math
from collections.abc import Sequence

from radzoo.core.recipe import Recipe
from radzoo.models.training.progress import Epoch, best_of


def rate_factor(
    recipe: Recipe, *, epoch: int, step: int, steps: int, history: Sequence[Epoch] = ()
) -> float:
    """Return the share of the peak rate for one step, in (0, 1].

    It rises in a line over the first `warmup` share of all steps. Then `none` keeps it;
    `cosine` lets it fall to nothing along half a wave; `step` multiplies it by `step_factor`
    after every `step_epochs` epochs; `plateau` multiplies it by `plateau_factor` whenever
    validation has not been better for `plateau_epochs` epochs.

    Args:
        recipe: the scheduler and its numbers.
        epoch: from 1.
        step: of this epoch, from 0.
        steps: of one epoch.
        history: the epochs that are done; all that `plateau` knows.
    """
    done, total = (epoch - 1) * steps + step, recipe.epochs * steps
    rising = math.ceil(recipe.warmup * total)
    if done < rising:
        return (done + 1) / (rising + 1)
    if recipe.scheduler == "cosine":
        return 0.5 * (1 + math.cos(math.pi * (done - rising) / max(1, total - rising)))
    if recipe.scheduler == "step":
        return float(recipe.step_factor ** ((epoch - 1) // recipe.step_epochs))
    if recipe.scheduler == "plateau":
        return float(recipe.plateau_factor ** plateaus(history, recipe.plateau_epochs))
    return 1.0


def plateaus(history: Sequence[Epoch], patience: int) -> int:
    """Count how often validation was not better than ever before for `patience` epochs.

    The count of epochs begins anew with every better epoch and with every plateau.
    """
    found, waited = 0, 0
    best: Epoch | None = None
    for epoch in history:
        if best is None or best_of((best, epoch)) is epoch:
            best, waited = epoch, 0
            continue
        waited += 1
        if waited == patience:
            found, waited = found + 1, 0
    return found

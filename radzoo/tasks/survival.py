"""Task: how soon does an event come? Some cases were only watched until it had not come yet."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from radzoo.core.case import Case
from radzoo.core.errors import InputError, UsageError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks import survival_hazards as hazards
from radzoo.tasks import survival_intervals as intervals
from radzoo.tasks.survival_losses import cox_loss, discrete_time_loss
from radzoo.tasks.task import Objective, Outputs, Task

if TYPE_CHECKING:
    import torch
    from torch import Tensor

QUARTILES = (0.25, 0.5, 0.75)


def check(cases: Sequence[Case], labels: Sequence[str], split: str) -> None:
    """Ask for times in every split, and for an event in it.

    Raises:
        InputError: if nothing is known of any case, or no case has the event.
    """
    known = targets_of(cases, labels)
    known = known[~np.isnan(known).any(axis=1)]
    if not len(known):
        raise InputError(
            f"the {split} split has no case with a time and an event; "
            "the task 'survival' needs both",
            id="no-times",
            hint="columns time and event, or name them with --time and --event",
        )
    if not known[:, 1].any():
        raise InputError(
            f"no case of the {split} split has the event ({len(known)} were watched without it)",
            id="no-event-in-split",
            hint="split the data anew with --stratify event, or add cases",
        )


def targets_of(cases: Sequence[Case], labels: Sequence[str]) -> Matrix:
    """Return time and event `(n_cases, 2)`; both NaN where one is unknown."""
    pairs = [
        (np.nan, np.nan) if case.time is None or case.event is None else (case.time, case.event)
        for case in cases
    ]
    return np.array(pairs, dtype=np.float64).reshape(len(cases), 2)


def read(targets: Matrix, labels: Sequence[str], classes: Sequence[str], recipe: Recipe) -> Reading:
    """Choose the horizons, and for the loss `discrete-time` the intervals.

    Raises:
        UsageError: if settings make no sense for times.
        InputError: if a horizon lies beyond all training cases.
    """
    check_recipe(recipe)
    known = targets[~np.isnan(targets).any(axis=1)]
    return Reading(
        horizons=choose_horizons(known, recipe.horizons),
        cuts=intervals.cut(known, recipe.intervals) if recipe.loss == "discrete-time" else [],
    )


def check_recipe(recipe: Recipe) -> None:
    """Refuse what speaks of classes, or would mix times.

    Raises:
        UsageError: naming the setting.
    """
    strange = {
        "mixup": recipe.mixup > 0,
        "cutmix": recipe.cutmix > 0,
        "label_smoothing": recipe.label_smoothing > 0,
        "sampling balanced": recipe.sampling == "balanced",
    }
    for setting in (name for name, asked in strange.items() if asked):
        raise UsageError(
            f"{setting} was asked for, and the task 'survival' has times instead of classes",
            id="setting-of-classes",
            hint="leave it out",
        )


def choose_horizons(targets: Matrix, asked: str | None) -> list[float]:
    """Return the horizons that were asked for, or the quartiles of the times of the events.

    Raises:
        UsageError: if they are no numbers above 0.
        InputError: if one lies beyond all cases.
    """
    if asked is None:
        events = targets[targets[:, 1] == 1, 0]
        found: Vector = np.unique(np.quantile(events, QUARTILES, method="inverted_cdf"))
        return [float(one) for one in found]
    try:
        wanted = sorted({float(part) for part in asked.split(",")})
    except ValueError:
        wanted = []
    if not wanted or not all(0 < one < np.inf for one in wanted):
        raise UsageError(
            f"the horizons '{asked}' were asked for; needed times above 0",
            id="bad-horizons",
            hint="for example --horizon 365,730",
        )
    longest = float(targets[:, 0].max())
    if wanted[-1] > longest:
        raise InputError(
            f"the horizon {wanted[-1]:g} was asked for, and no training case was watched "
            f"for longer than {longest:g}",
            id="horizon-too-late",
            hint="nothing can be learnt of later times: name an earlier --horizon",
        )
    return wanted


def outputs_of(labels: Sequence[str], reading: Reading) -> int:
    """One logarithm of a hazard, or the logit of a hazard for each interval."""
    return len(reading.cuts) or 1


def objective(
    recipe: Recipe, targets: Matrix, reading: Reading, device: "torch.device"
) -> Objective:
    """Return the loss that the recipe asks for; validation is one risk set."""
    if not reading.cuts:
        return Objective(cox_loss, cox_loss)

    def loss(outputs: "Tensor", wanted: "Tensor") -> "Tensor":
        return discrete_time_loss(outputs, wanted, reading.cuts)

    return Objective(loss, loss)


def appearances(targets: Matrix) -> Vector:
    """Show every case that something is known of equally often."""
    known = ~np.isnan(targets).any(axis=1)
    return np.where(known, len(targets) / max(int(known.sum()), 1), 0.0)


def scores(outputs: Outputs, reading: Reading) -> Matrix:
    """Return a risk `(n_cases, 1)`: the higher, the earlier the event.

    Of Cox's model the logarithm of the hazard, compared with a case whose output is 0; of
    intervals the share of the time until the last cut that the event is expected to take away.
    """
    if not reading.cuts:
        return np.asarray(outputs[:, :1], dtype=np.float64)
    return intervals.lost_time(outputs.astype(np.float64), reading.cuts)[:, None]


def survival(outputs: Outputs, reading: Reading) -> Mapping[float, Vector]:
    """Return the probability `(n_cases,)` of no event until each horizon."""
    if not reading.cuts:
        risks = outputs[:, 0].astype(np.float64)
        return hazards.survival(risks, reading.baseline, reading.horizons)
    return intervals.survival(outputs.astype(np.float64), reading.cuts, reading.horizons)


def settle(reading: Reading, targets: Matrix, outputs: Outputs) -> Reading:
    """Estimate the baseline hazard that a relative hazard is a multiple of."""
    if reading.cuts:
        return reading
    known = ~np.isnan(targets).any(axis=1)
    risks = outputs[known, 0].astype(np.float64)
    found = hazards.baseline(targets[known], risks, reading.horizons)
    return reading.model_copy(update={"baseline": found})


def cautions(recipe: Recipe, ranks: int) -> tuple[str, ...]:
    """Say what a batch in pieces means for Cox's loss."""
    if recipe.loss == "discrete-time":
        return ()
    held = min(recipe.micro_batch or recipe.batch_size, -(-recipe.batch_size // ranks))
    if held >= recipe.batch_size:
        return ()
    return (
        f"with the loss cox a case with an event is compared with the others of its piece of "
        f"{held} cases, not of the whole batch of {recipe.batch_size}: a larger piece tells more",
    )


TASK = Task(
    name="survival",
    reads="times",
    form="times",
    losses=("cox", "discrete-time"),
    metrics=("harrell_c", "uno_c", "auroc_at", "brier_at", "ipa_at"),
    sections=("survival",),
    headline="harrell_c",
    check=check,
    targets=targets_of,
    read=read,
    outputs=outputs_of,
    objective=objective,
    appearances=appearances,
    scores=scores,
    survival=survival,
    settle=settle,
    cautions=cautions,
)

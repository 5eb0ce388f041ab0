"""Cases that had their event by a horizon, and those that were still without it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.times.censoring import divide, estimate_followed
from radzoo.metrics.times.steps import Steps, make_steps

NOT_ENOUGH = "needs cases with the event by the horizon and cases followed beyond it"


@dataclass(frozen=True, slots=True)
class Divided:
    """Cases divided by a horizon; who was censored before it stands in through the weights.

    Attributes:
        had: `(..., n_cases)`, how often a case with an event until the horizon counts:
            1 / G(t-); 0 for all others.
        without: `(..., n_cases)`, the same of who was followed beyond it: 1 / G(horizon).
        steps: cases by time.
    """

    had: Vector
    without: Vector
    steps: Steps


def divide_at(
    targets: Matrix, horizon: float, weights: Vector | None = None, steps: Steps | None = None
) -> Divided:
    """Divide cases by a horizon, each counted `weights` `(..., n_cases)` times."""
    times, events = targets.T
    counted = np.ones_like(times) if weights is None else weights
    steps = steps or make_steps(times)
    followed = estimate_followed(steps, events, counted)
    had = divide(counted * (events * (times <= horizon)), followed.before[..., steps.at])
    beyond = np.broadcast_to(followed.at(steps, horizon)[..., None], counted.shape)
    return Divided(had, divide(counted * (times > horizon), beyond), steps)


def check_divided(divided: Divided) -> None:
    """Refuse a horizon with nobody on one of its sides.

    Raises:
        UndefinedMetricError: it says what is missing.
    """
    if not divided.had.any() or not divided.without.any():
        raise UndefinedMetricError(NOT_ENOUGH)


def scale_influence(influence: Vector) -> Vector:
    """Give influences, whose mean is 0, the scale of an error of a mean.

    The sum of their squares is then the variance with n - 1 in place of n, as R's timeROC and
    riskRegression have it.
    """
    n_cases = len(influence)
    return influence / math.sqrt(n_cases * max(n_cases - 1, 1))


def middle_horizon(targets: Matrix, weights: Vector | None = None) -> float:
    """Return the time until which half of the events came.

    Raises:
        UndefinedMetricError: if there is no event.
    """
    counted = targets[:, 1] if weights is None else targets[:, 1] * weights
    if not counted.any():
        raise UndefinedMetricError("needs an event")
    steps = make_steps(targets[:, 0])
    come = np.cumsum(steps.add(counted))
    return float(steps.values[np.flatnonzero(come >= come[-1] / 2)[0]])


def choose_horizons(targets: Matrix, wanted: Sequence[float] = ()) -> tuple[float, ...]:
    """Return the horizons that are wanted, or the quartiles of the times of the events."""
    if wanted:
        return tuple(sorted(set(wanted)))
    event_times = targets[targets[:, 1] == 1, 0]
    if not event_times.size:
        return ()
    return tuple(np.unique(np.quantile(event_times, (0.25, 0.5, 0.75))).tolist())


def at_horizon(metric: Metric, horizon: float) -> Metric:
    """Return `auroc_at`, `brier_at` or `ipa_at` at one horizon, or `uno_c` until it."""
    key = "tau" if metric.name == "uno_c" else "horizon"
    fixed = {key: horizon}
    return replace(
        metric,
        compute=partial(metric.compute, **fixed),
        many=metric.many and partial(metric.many, **fixed),
        influence=metric.influence and partial(metric.influence, **fixed),
    )

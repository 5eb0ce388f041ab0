"""Metric: squared error of the predicted risk of an event by a horizon."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.times.censoring import spread_over_censoring
from radzoo.metrics.times.horizon import (
    Divided,
    check_divided,
    divide_at,
    middle_horizon,
    scale_influence,
)
from radzoo.metrics.times.steps import make_steps


def brier_at(
    targets: Matrix, scores: Vector, weights: Vector | None = None, *, horizon: float | None = None
) -> float:
    """Mean squared distance of the risk from what had happened by the horizon.

    Who was censored before is not counted; the others stand in for them: a case with an event
    counts 1 / G(t-) times, one followed for longer 1 / G(horizon) times, where G is the
    probability of being followed by Kaplan and Meier.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        scores: `(n_cases,)`, probability of an event by the horizon, in [0, 1].
        weights: `(n_cases,)`, how often each case counts; None = once.
        horizon: in the unit of the times; None = the median time of the events.

    Returns:
        A number from 0, which is perfect, to about 1.

    Raises:
        UndefinedMetricError: if nobody had the event by then, or nobody was followed beyond.

    References:
        Graf E, Schmoor C, Sauerbrei W, Schumacher M. Assessment and comparison of prognostic
        classification schemes for survival data. Statistics in Medicine 1999;18:2529-2545.
        Section 4. As `Score` of R's `riskRegression` with Kaplan-Meier weights.

    Example:
        >>> targets = np.array([[1.0, 1], [2, 1], [3, 0], [4, 1]])
        >>> round(brier_at(targets, np.array([0.9, 0.7, 0.4, 0.2]), horizon=2.0), 4)
        0.075
    """
    at = middle_horizon(targets, weights) if horizon is None else horizon
    divided = divide_at(targets, at, weights)
    check_divided(divided)
    counted = float(len(scores)) if weights is None else float(weights.sum())
    return float(square_errors(divided, scores).sum() / counted)


def square_errors(divided: Divided, risks: Vector) -> Vector:
    """Return the weighted squared error of each case, `(..., n_cases)`."""
    return divided.had * (1.0 - risks) ** 2 + divided.without * risks**2


def brier_at_of_many(targets: Matrix, scores: Matrix, *, horizon: float | None = None) -> Many:
    """Prepare `brier_at` for many weights at once; the horizon is that of the whole sample."""
    at = middle_horizon(targets) if horizon is None else horizon
    steps = make_steps(targets[:, 0])

    def values(weights: Matrix) -> Vector:
        divided = divide_at(targets, at, weights, steps)
        found = square_errors(divided, scores).sum(axis=-1) / weights.sum(axis=-1)
        defined = divided.had.any(axis=-1) & divided.without.any(axis=-1)
        return np.where(defined, found, np.nan)

    return values


def influence_on_brier_at(
    targets: Matrix, scores: Vector, *, horizon: float | None = None
) -> Vector:
    """Return what each case adds to the error of `brier_at`, through the weights as well."""
    at = middle_horizon(targets) if horizon is None else horizon
    divided = divide_at(targets, at)
    check_divided(divided)
    return scale_influence(
        influence_of_errors(targets, square_errors(divided, scores), divided, at)
    )


def influence_of_errors(
    targets: Matrix, errors: Vector, divided: Divided, horizon: float
) -> Vector:
    """Return the influence, of mean 0, of each case on a mean of weighted errors."""
    spread = spread_over_censoring(divided.steps, targets[:, 1], errors, horizon)
    return np.asarray(errors - errors.mean() + spread)


METRIC = Metric(
    name="brier_at",
    compute=brier_at,
    tasks=frozenset({"survival"}),
    higher_is_better=False,
    reads="times",
    interval="infinitesimal-jackknife",
    limits=(0.0, np.inf),
    many=brier_at_of_many,
    influence=influence_on_brier_at,
)

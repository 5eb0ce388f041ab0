"""Metric: how often who has the event by a horizon scores higher than who has not."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.times.censoring import spread_over_censoring
from radzoo.metrics.times.horizon import (
    NOT_ENOUGH,
    check_divided,
    divide_at,
    middle_horizon,
    scale_influence,
)
from radzoo.metrics.times.steps import Steps, make_steps


def auroc_at(
    targets: Matrix, scores: Vector, weights: Vector | None = None, *, horizon: float | None = None
) -> float:
    """AUROC of the event by a horizon: cumulative cases against dynamic controls.

    Cases had the event at the horizon or before, controls were followed for longer. Who was
    censored before is neither; the others stand in for them: a case counts 1 / G(t-) times,
    where G is the probability of being followed by Kaplan and Meier. Equal scores count half.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        scores: `(n_cases,)`, any real scale, higher = earlier event.
        weights: `(n_cases,)`, how often each case counts; None = once.
        horizon: in the unit of the times; None = the median time of the events.

    Returns:
        A fraction in [0, 1]; 0.5 is chance.

    Raises:
        UndefinedMetricError: if nobody had the event by then, or nobody was followed beyond.

    References:
        Uno H, Cai T, Tian L, Wei LJ. Evaluating prediction rules for t-year survivors with
        censored regression models. Journal of the American Statistical Association
        2007;102:527-537. Weights and variance as R's `timeROC` with Kaplan-Meier weights.

    Example:
        >>> targets = np.array([[1.0, 1], [2, 1], [3, 0], [4, 1], [5, 0]])
        >>> auroc_at(targets, np.array([0.9, 0.3, 0.4, 0.1, 0.5]), horizon=2.0)
        0.6666666666666666
    """
    at = middle_horizon(targets, weights) if horizon is None else horizon
    divided = divide_at(targets, at, weights)
    check_divided(divided)
    return float(rank_area(make_steps(scores), divided.had, divided.without))


def rank_area(ladder: Steps, had: Vector, without: Vector) -> Vector:
    """Return the area `(...)` of cases by score, of whom some count as had, some as without."""
    ill, well = ladder.add(had), ladder.add(without)
    higher = (ill * (np.cumsum(well, axis=-1) - well / 2)).sum(axis=-1)
    both = ill.sum(axis=-1) * well.sum(axis=-1)
    nothing = np.full_like(higher, np.nan)
    return np.asarray(np.divide(higher, both, out=nothing, where=both > 0))


def auroc_at_of_many(targets: Matrix, scores: Matrix, *, horizon: float | None = None) -> Many:
    """Prepare `auroc_at` for many weights at once; the horizon is that of the whole sample."""
    at = middle_horizon(targets) if horizon is None else horizon
    steps, ladder = make_steps(targets[:, 0]), make_steps(scores)

    def values(weights: Matrix) -> Vector:
        divided = divide_at(targets, at, weights, steps)
        return rank_area(ladder, divided.had, divided.without)

    return values


def influence_on_auroc_at(
    targets: Matrix, scores: Vector, *, horizon: float | None = None
) -> Vector:
    """Return what each case adds to the error of `auroc_at`, through the weights as well.

    References:
        Blanche P, Dartigues JF, Jacqmin-Gadda H. Statistics in Medicine 2013;32:5381-5397.
        Section 3.2 and appendix.
    """
    at = middle_horizon(targets) if horizon is None else horizon
    divided = divide_at(targets, at)
    check_divided(divided)
    ladder = make_steps(scores)
    ill, well = ladder.add(divided.had), ladder.add(divided.without)
    n_ill, n_well = ill.sum(), well.sum()
    if not n_ill * n_well > 0:
        raise UndefinedMetricError(NOT_ENOUGH)
    below = ((np.cumsum(well) - well / 2) / n_well)[ladder.at]
    above = ((n_ill - np.cumsum(ill) + ill / 2) / n_ill)[ladder.at]
    area = rank_area(ladder, divided.had, divided.without)
    placed = divided.had * (below - area) / n_ill
    spread = spread_over_censoring(divided.steps, targets[:, 1], placed, at)
    n_cases = len(scores)
    return scale_influence(
        n_cases * (placed + divided.without * (above - area) / n_well) + n_cases * spread
    )


METRIC = Metric(
    name="auroc_at",
    compute=auroc_at,
    tasks=frozenset({"survival"}),
    higher_is_better=True,
    reads="times",
    interval="infinitesimal-jackknife",
    many=auroc_at_of_many,
    influence=influence_on_auroc_at,
)

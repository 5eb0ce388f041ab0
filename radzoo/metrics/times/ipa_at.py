"""Metric: how much better the predicted risk is than one risk for all."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.times.brier_at import influence_of_errors, square_errors
from radzoo.metrics.times.horizon import (
    Divided,
    check_divided,
    divide_at,
    middle_horizon,
    scale_influence,
)
from radzoo.metrics.times.steps import make_steps


def ipa_at(
    targets: Matrix, scores: Vector, weights: Vector | None = None, *, horizon: float | None = None
) -> float:
    """1 - Brier score / Brier score of one risk for all: the index of prediction accuracy.

    The one risk is that of Kaplan and Meier at the horizon, on these cases.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        scores: `(n_cases,)`, probability of an event by the horizon, in [0, 1].
        weights: `(n_cases,)`, how often each case counts; None = once.
        horizon: in the unit of the times; None = the median time of the events.

    Returns:
        A number up to 1, which is perfect; 0 is useless, below it harmful.

    Raises:
        UndefinedMetricError: if nobody had the event by then, or nobody was followed beyond.

    References:
        Kattan MW, Gerds TA. The index of prediction accuracy. Diagnostic and Prognostic
        Research 2018;2:7. Section "Methods".

    Example:
        >>> targets = np.array([[1.0, 1], [2, 1], [3, 0], [4, 1]])
        >>> ipa_at(targets, np.array([0.9, 0.7, 0.4, 0.2]), horizon=2.0)
        0.7
    """
    at = middle_horizon(targets, weights) if horizon is None else horizon
    divided = divide_at(targets, at, weights)
    check_divided(divided)
    return float(improve(divided, scores))


def improve(divided: Divided, risks: Vector) -> Vector:
    """Return the improvement on one risk for all, `(...)`; NaN where there is none."""
    ours = square_errors(divided, risks).sum(axis=-1)
    theirs = square_errors(divided, one_risk(divided)[..., None]).sum(axis=-1)
    share = np.divide(ours, theirs, out=np.full_like(ours, np.nan), where=theirs > 0)
    return np.asarray(1.0 - share)


def one_risk(divided: Divided) -> Vector:
    """Return the risk of all cases together, `(...)`: that of Kaplan and Meier.

    With these weights the share that had the event is that estimate, exactly.
    """
    had = divided.had.sum(axis=-1)
    everyone = had + divided.without.sum(axis=-1)
    return np.asarray(np.divide(had, everyone, out=np.zeros_like(had), where=everyone > 0))


def ipa_at_of_many(targets: Matrix, scores: Matrix, *, horizon: float | None = None) -> Many:
    """Prepare `ipa_at` for many weights at once; the horizon is that of the whole sample."""
    at = middle_horizon(targets) if horizon is None else horizon
    steps = make_steps(targets[:, 0])

    def values(weights: Matrix) -> Vector:
        return improve(divide_at(targets, at, weights, steps), scores)

    return values


def influence_on_ipa_at(targets: Matrix, scores: Vector, *, horizon: float | None = None) -> Vector:
    """Return what each case adds to the error of `ipa_at`.

    That the one risk is estimated does not matter: its Brier score is at its lowest there.
    """
    at = middle_horizon(targets) if horizon is None else horizon
    divided = divide_at(targets, at)
    check_divided(divided)
    ours = square_errors(divided, scores)
    theirs = square_errors(divided, one_risk(divided))
    if not theirs.sum() > 0:
        raise UndefinedMetricError("needs a Brier score of one risk for all above 0")
    share = ours.sum() / theirs.sum()
    moved = influence_of_errors(targets, ours, divided, at)
    moved -= share * influence_of_errors(targets, theirs, divided, at)
    return scale_influence(-moved / theirs.mean())


METRIC = Metric(
    name="ipa_at",
    compute=ipa_at,
    tasks=frozenset({"survival"}),
    higher_is_better=True,
    reads="times",
    interval="infinitesimal-jackknife",
    limits=(-np.inf, 1.0),
    many=ipa_at_of_many,
    influence=influence_on_ipa_at,
)

"""Relative hazards become probabilities: Breslow's baseline, and what follows from it."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from radzoo.core.plugins import Matrix, Vector

MOST_POINTS: Final = 500
LARGEST: Final = 700.0
"""The exponential of more is infinite."""

Baseline = Sequence[tuple[float, float]]


def baseline(
    targets: Matrix, risks: Vector, horizons: Sequence[float]
) -> list[tuple[float, float]]:
    """Estimate the cumulative hazard of a case whose risk is 0, as it rises with time.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored; nothing unknown.
        risks: `(n_cases,)`, logarithms of hazards, up to a constant.
        horizons: where it has to be exact; of many other times some are left out.

    Returns:
        `(time, cumulative hazard)` at times of events, rising.

    References:
        Breslow N. Contribution to the discussion of Cox (1972). Journal of the Royal
        Statistical Society B 1972;34:216-217.
    """
    times, events = targets.T
    top = float(risks.max())
    weights = np.exp(risks - top)
    moments, at = np.unique(times, return_inverse=True)
    watched = np.cumsum(np.bincount(at, weights)[::-1])[::-1]
    died = np.bincount(at, events)
    with np.errstate(over="ignore"):
        hazard = np.cumsum(died / watched) * np.exp(-top)
    steps = np.flatnonzero(died)
    kept = steps
    if len(steps) > MOST_POINTS:
        spread = np.linspace(0, len(steps) - 1, MOST_POINTS).round().astype(np.intp)
        before = np.searchsorted(moments[steps], list(horizons), side="right") - 1
        kept = steps[np.union1d(spread, before[before >= 0])]
    return [(float(moments[step]), float(hazard[step])) for step in kept]


def survival(risks: Vector, known: Baseline, horizons: Sequence[float]) -> Mapping[float, Vector]:
    """Return the probability of no event until each horizon, `(n_cases,)`.

    Args:
        risks: `(n_cases,)`, logarithms of hazards.
        known: what `baseline` gave; empty = the training is not over, and nothing can be said.
        horizons: until when.
    """
    if not known:
        return {}
    times, hazards = np.array(known, dtype=np.float64).T
    found = {}
    for horizon in horizons:
        step = int(np.searchsorted(times, horizon, side="right")) - 1
        if step < 0:  # before the first event
            found[horizon] = np.ones(len(risks))
            continue
        # The sum of two logarithms: neither a tiny baseline nor a huge risk is lost.
        log_hazard = np.log(hazards[step]) + risks
        found[horizon] = np.exp(-np.exp(np.minimum(log_hazard, LARGEST)))
    return found

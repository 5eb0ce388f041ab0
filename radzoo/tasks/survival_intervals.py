"""Hazards of intervals of time: where they are cut, and what probabilities follow from them."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from radzoo.core.plugins import Matrix, Vector

FEWEST_EVENTS: Final = 5
"""Of an interval: from fewer nothing can be learnt of it."""


def cut(targets: Matrix, wanted: int) -> list[float]:
    """Cut time at quantiles of the times of the events, so that each interval has as many.

    The last cut is the last event: of later times nothing is known.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored; an event at least.
        wanted: number of intervals; fewer where there are few events.
    """
    events = targets[targets[:, 1] == 1, 0]
    n = max(1, min(wanted, len(events) // FEWEST_EVENTS))
    shares = np.arange(1, n + 1) / n
    found: Vector = np.unique(np.quantile(events, shares, method="inverted_cdf"))
    return [float(one) for one in found]


def log_survival(outputs: Matrix) -> Matrix:
    """Return the logarithm of the probability of no event until each cut.

    Args:
        outputs: `(n_cases, n_intervals)`, logits of hazards.
    """
    # log(1 - sigmoid(x)) = -log(1 + exp(x)), without an overflow.
    said: Matrix = np.cumsum(-np.logaddexp(0.0, outputs), axis=1)
    return said


def survival(
    outputs: Matrix, cuts: Sequence[float], horizons: Sequence[float]
) -> Mapping[float, Vector]:
    """Return the probability of no event until each horizon, `(n_cases,)`.

    Within an interval the hazard is the same all the time; beyond the last cut none is known.
    """
    edges = np.array([0.0, *cuts])
    logs = np.concatenate([np.zeros((len(outputs), 1)), log_survival(outputs)], axis=1)
    found = {}
    for horizon in horizons:
        end = min(int(np.searchsorted(edges, horizon, side="left")), len(cuts))
        share = min(1.0, (horizon - edges[end - 1]) / (edges[end] - edges[end - 1]))
        found[horizon] = np.exp(logs[:, end - 1] + share * (logs[:, end] - logs[:, end - 1]))
    return found


def lost_time(outputs: Matrix, cuts: Sequence[float]) -> Vector:
    """Return the share of the time until the last cut that the event is expected to take.

    It is 1 minus the restricted mean time without the event, divided by the last cut; the
    probability is taken to fall straight from cut to cut.

    Returns:
        `(n_cases,)`, from 0 to 1; higher = earlier event.
    """
    edges = np.array([0.0, *cuts])
    held = np.exp(log_survival(outputs))
    before = np.concatenate([np.ones((len(outputs), 1)), held[:, :-1]], axis=1)
    lost: Vector = 1.0 - ((before + held) / 2) @ np.diff(edges) / edges[-1]
    return lost

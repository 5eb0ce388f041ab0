"""Metric: concordance until a time, freed of how the cases were censored."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.times.censoring import divide, estimate_followed
from radzoo.metrics.times.concordance import count_pairs, find_index, influence_of_pairs
from radzoo.metrics.times.pairs import make_pairs
from radzoo.metrics.times.steps import make_steps

# Later than this share of the cases was followed, few cases carry large weights.
STILL_FOLLOWED = 0.2


def uno_c(
    targets: Matrix, scores: Vector, weights: Vector | None = None, *, tau: float | None = None
) -> float:
    """Share of pairs in the right order, each counted 1 / G(t-)**2 times, events until tau.

    G(t-) is the probability of still being followed just before the event t, by Kaplan and
    Meier. Pairs and ties as for `harrell_c`. With `tau` the value tends to the same number
    however the cases are censored; it is another number for another `tau`.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        scores: `(n_cases,)`, any real scale, higher = earlier event.
        weights: `(n_cases,)`, how often each case counts; None = once.
        tau: events after it are no events; None = `default_tau`.

    Returns:
        A fraction in [0, 1]; 0.5 is chance.

    Raises:
        UndefinedMetricError: if there is no pair whose order is known.

    References:
        Uno H, Cai T, Pencina MJ, D'Agostino RB, Wei LJ. On the C-statistics for evaluating
        overall adequacy of risk prediction procedures with censored survival data. Statistics
        in Medicine 2011;30:1105-1117. Equation 6. As R's `survival::concordance` with
        `timewt = "n/G2"` and `ymax = tau`.

    Example:
        >>> targets = np.array([[1.0, 1], [2, 0], [3, 1], [4, 1]])
        >>> round(uno_c(targets, np.array([0.9, 0.1, 0.4, 0.5]), tau=3.0), 4)
        0.5714
    """
    times, events = targets.T
    counted = np.ones_like(times) if weights is None else weights
    until = default_tau(targets, weights) if tau is None else tau
    asked = weigh_events(targets, counted, until)
    return find_index(make_pairs(times, events, scores), counted, asked)


def default_tau(targets: Matrix, weights: Vector | None = None) -> float:
    """Return the time at which a fifth of the cases is still followed.

    Raises:
        UndefinedMetricError: if there is no case.
    """
    if not len(targets):
        raise UndefinedMetricError("needs a case")
    counted = np.ones(len(targets)) if weights is None else weights
    steps = make_steps(targets[:, 0])
    followed = steps.add_from(counted)
    # The 80 % quantile as R has it, without interpolation: it is one of the times.
    enough = followed >= STILL_FOLLOWED * (followed[0] - 1) + 1 - 1e-9
    return float(steps.values[np.flatnonzero(enough)[-1]])


def weigh_events(targets: Matrix, weights: Vector, tau: float) -> Vector:
    """Return 1 / G(t-)**2 for cases with an event until tau, else 0: `(..., n_cases)`."""
    times, events = targets.T
    steps = make_steps(times)
    followed = estimate_followed(steps, events, weights).before[..., steps.at]
    return divide(np.broadcast_to(events * (times <= tau), followed.shape), followed**2)


def uno_c_of_many(targets: Matrix, scores: Matrix, *, tau: float | None = None) -> Many:
    """Prepare `uno_c` for many weights at once; tau is that of the whole sample."""
    times, events = targets.T
    pairs = make_pairs(times, events, scores)
    until = default_tau(targets) if tau is None else tau

    def values(weights: Matrix) -> Vector:
        return count_pairs(pairs, weights, weigh_events(targets, weights, until)).index

    return values


def influence_on_uno_c(targets: Matrix, scores: Vector, *, tau: float | None = None) -> Vector:
    """Return what each case adds to the error of `uno_c`, G being taken as known."""
    times, events = targets.T
    until = default_tau(targets) if tau is None else tau
    asked = weigh_events(targets, np.ones_like(times), until)
    return influence_of_pairs(make_pairs(times, events, scores), asked)


METRIC = Metric(
    name="uno_c",
    compute=uno_c,
    tasks=frozenset({"survival"}),
    higher_is_better=True,
    reads="times",
    interval="infinitesimal-jackknife",
    many=uno_c_of_many,
    influence=influence_on_uno_c,
)

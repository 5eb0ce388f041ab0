"""Metric: how often the case with the earlier event has the higher score."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.times.concordance import count_pairs, find_index, influence_of_pairs
from radzoo.metrics.times.pairs import make_pairs


def harrell_c(targets: Matrix, scores: Vector, weights: Vector | None = None) -> float:
    """Share of pairs whose order in time is known that the score has in that order.

    Equal scores count half. A pair is known if one case had its event while the other was
    still followed; at the same time that is a case without an event, and two events say
    nothing. What the value tends to depends on how many cases are censored: `uno_c` does not.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        scores: `(n_cases,)`, any real scale, higher = earlier event.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1]; 0.5 is chance.

    Raises:
        UndefinedMetricError: if there is no pair whose order is known.

    References:
        Harrell FE, Lee KL, Mark DB. Multivariable prognostic models. Statistics in Medicine
        1996;15:361-387. Section 5.5. Ties as in R's `survival::concordance`.

    Example:
        >>> targets = np.array([[1.0, 1], [2, 0], [3, 1], [4, 1]])
        >>> harrell_c(targets, np.array([0.9, 0.1, 0.4, 0.5]))
        0.75
    """
    times, events = targets.T
    counted = np.ones_like(times) if weights is None else weights
    return find_index(make_pairs(times, events, scores), counted, events)


def harrell_c_of_many(targets: Matrix, scores: Matrix) -> Many:
    """Prepare `harrell_c` for many weights at once."""
    times, events = targets.T
    pairs = make_pairs(times, events, scores)
    return lambda weights: count_pairs(pairs, weights, events).index


def influence_on_harrell_c(targets: Matrix, scores: Vector) -> Vector:
    """Return what each case adds to the error of `harrell_c`."""
    times, events = targets.T
    return influence_of_pairs(make_pairs(times, events, scores), events)


METRIC = Metric(
    name="harrell_c",
    compute=harrell_c,
    tasks=frozenset({"survival"}),
    higher_is_better=True,
    reads="times",
    interval="infinitesimal-jackknife",
    many=harrell_c_of_many,
    influence=influence_on_harrell_c,
)

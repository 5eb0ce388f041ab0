"""Venkatraman's test: are two ROC curves on the same cases the same curve?"""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.comparisons.area_swap import rank
from radzoo.metrics.comparisons.pair import Pair


def venkatraman(pair: Pair, *, n_draws: int = 2000, seed: int = 0) -> tuple[float, float]:
    """Return the statistic and its permutation p.

    Curves that cross can have equal areas and differ all the same. The statistic sums, over
    all cuts of the ranks, how much more often the first model errs than the second; ranks of
    a case are exchanged at random, and ties that this makes are broken at random.

    References:
        Venkatraman ES, Begg CB. A distribution-free procedure for comparing receiver
        operating characteristic curves from a paired experiment. Biometrika 1996;83:835-848.
    """
    source = np.random.PCG64(seed)
    ranks = np.stack([rank(pair.first), rank(pair.second)])
    observed = statistic(pair.targets, *(order_of(row)[None, :] for row in ranks))[0]
    swapped = draw_uniform(source, (n_draws, len(pair.targets))) < 0.5
    found = []
    for ours, theirs in ((ranks[0], ranks[1]), (ranks[1], ranks[0])):
        mixed = np.where(swapped, theirs, ours)
        found.append(np.lexsort((draw_uniform(source, mixed.shape), mixed), axis=1))
    drawn = statistic(pair.targets, found[0], found[1])
    return float(observed), float(np.mean(drawn >= observed))


def order_of(ranks: Vector) -> NDArray[np.intp]:
    """Return the cases by rising rank."""
    return np.argsort(ranks, kind="stable")


def statistic(targets: Vector, first: NDArray[np.intp], second: NDArray[np.intp]) -> Vector:
    """Return, per row, the sum over cuts of the difference in errors of both orders."""
    sign = np.where(targets == 1, 1.0, -1.0)
    # Below a cut a diseased case is an error, and a healthy one is none.
    apart = np.cumsum(sign[first], axis=1) - np.cumsum(sign[second], axis=1)
    return np.asarray(np.abs(apart[:, :-1]).sum(axis=1))


def draw_uniform(source: np.random.PCG64, shape: tuple[int, int]) -> Matrix:
    """Draw numbers in [0, 1), the same on every machine."""
    raw = source.random_raw(shape[0] * shape[1])
    return np.asarray((raw >> np.uint64(11)) * 2.0**-53).reshape(shape)

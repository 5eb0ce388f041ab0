"""The best curve that never falls: pool adjacent violators.

References:
    Ayer M, Brunk HD, Ewing GM, Reid WT, Silverman E. An empirical distribution function for
    sampling with incomplete information. Annals of Mathematical Statistics 1955;26:641-647.
"""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector
from radzoo.metrics.calibration.levels import Levels

# Passes over all blocks at once stop paying where one leaves more than this share of them.
WORTHWHILE = 0.9


def pool(levels: Levels) -> Vector:
    """Return, at each level, the rising curve that is nearest to the observed fractions."""
    starts = np.arange(len(levels.counts))
    counts, sums = levels.counts, levels.counts * levels.observed
    while True:
        before = len(starts)
        heads = heads_of_runs(sums, counts)
        starts = starts[heads]
        counts, sums = np.add.reduceat(counts, heads), np.add.reduceat(sums, heads)
        if len(starts) > WORTHWHILE * before:
            break
    rest, values = pool_one_by_one(sums.tolist(), counts.tolist())
    sizes = np.diff(np.append(starts[rest], len(levels.counts)))
    return np.repeat(values, sizes)


def heads_of_runs(sums: Vector, counts: Vector) -> NDArray[np.intp]:
    """Return where runs begin in which no fraction exceeds the one before: each is pooled."""
    rises = sums[1:] * counts[:-1] > sums[:-1] * counts[1:]
    return np.flatnonzero(np.append(True, rises))


def pool_one_by_one(sums: list[float], counts: list[float]) -> tuple[list[int], list[float]]:
    """Return the heads of blocks and their values, rising."""
    heads: list[int] = []
    kept: list[tuple[float, float]] = []
    for at, (total, count) in enumerate(zip(sums, counts, strict=True)):
        head, block = at, (total, count)
        while kept and kept[-1][0] * block[1] >= block[0] * kept[-1][1]:
            earlier = kept.pop()
            head, block = heads.pop(), (earlier[0] + block[0], earlier[1] + block[1])
        heads.append(head)
        kept.append(block)
    return heads, [total / count for total, count in kept]

"""How often each case is shown, and in which order."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector
from radzoo.models.samples import ORDER, Rows, generator


def order_of(targets: Matrix, *, balanced: bool, seed: int, epoch: int) -> Rows:
    """Return the cases of one epoch in their order: as many as there are cases.

    Natural: every case once. Balanced: a case comes so often as `appearances` expects, rounded
    up or down by chance. The order follows from seed and epoch alone.
    """
    chance = generator(seed, epoch, ORDER)
    n = len(targets)
    if not balanced:
        return chance.permutation(n)
    # Systematic sampling: equally spaced marks on the line of all shares. Cases of the same
    # share lie together, in random order, so that a class has its places to within one.
    expected, mixed = appearances(targets), chance.permutation(n)
    mixed = mixed[np.argsort(expected[mixed], kind="stable")]
    ends = np.cumsum(expected[mixed])
    marks = (np.arange(n) + chance.random()) * (ends[-1] / n)
    drawn = mixed[np.minimum(np.searchsorted(ends, marks, side="right"), n - 1)]
    return chance.permutation(drawn)


def appearances(targets: Matrix) -> Vector:
    """Return how often each case is expected in a balanced epoch, `(n_cases,)`.

    A case counts by the rarest of its known values: by one over the number of cases that
    have the same value of that label. With one label both classes come equally often; with
    several, cases of a rare finding come more often, however common their other values are.
    Cases of which nothing is known are not shown.

    Args:
        targets: `(n_cases, n_labels)`, 0, 1 or NaN.
    """
    shares = np.zeros(len(targets))
    for value in (0, 1):
        has: NDArray[np.bool_] = targets == value
        numbers = np.maximum(has.sum(axis=0), 1)
        shares = np.maximum(shares, (has / numbers).max(axis=1))
    expected: Vector = shares * (len(targets) / shares.sum())
    return expected

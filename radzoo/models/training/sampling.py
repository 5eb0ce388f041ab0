"""How often each case is shown, and in which order."""

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.models.samples import ORDER, Rows, generator


def order_of(n: int, expected: Vector | None, *, seed: int, epoch: int) -> Rows:
    """Return the cases of one epoch in their order: as many as there are cases.

    The order follows from seed and epoch alone.

    Args:
        n: number of cases.
        expected: `(n,)`, how often each is to come, rounded up or down by chance; their sum
            is `n`. None = every case once.
        seed: of the training.
        epoch: from 1.
    """
    chance = generator(seed, epoch, ORDER)
    if expected is None:
        return chance.permutation(n)
    # Systematic sampling: equally spaced marks on the line of all shares. Cases of the same
    # share lie together, in random order, so that a class has its places to within one.
    mixed = chance.permutation(n)
    mixed = mixed[np.argsort(expected[mixed], kind="stable")]
    ends = np.cumsum(expected[mixed])
    marks = (np.arange(n) + chance.random()) * (ends[-1] / n)
    drawn = mixed[np.minimum(np.searchsorted(ends, marks, side="right"), n - 1)]
    return chance.permutation(drawn)

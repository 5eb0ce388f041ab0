"""Metrics that are functions of weighted sums over cases: many draws are one matrix product.

The product is the same to the last bit whatever the processor, the number of threads and the
order in which they add: weights are whole numbers, and what they count is split into a part
so short that its sums are exact and a rest so small that its rounding does not show.

References:
    Rump SM, Ogita T, Oishi S. Accurate floating-point summation part I: faithful rounding.
    SIAM Journal on Scientific Computing 2008;31:189-224. Section 3, the splitting.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.groups import Groups

# A float64 has 53 bits. Sums of this many bits, counted up to 2**24 times, are exact.
EXACT_BITS = 29


class OfSums:
    """A metric as a function of weights `(n_draws, n_cases)`: of sums over cases."""

    def __init__(self, features: Matrix, combine: Callable[[Matrix], Vector]) -> None:
        """Keep what each case adds `(n_cases, n_sums)`, and what is made of the sums."""
        self.features = features
        self.combine = combine

    def __call__(self, weights: Matrix) -> Vector:
        """Return the value of each draw."""
        return self.combine(self.sums(weights))

    @cached_property
    def sums(self) -> Callable[[Matrix], Matrix]:
        """Turns weights into sums."""
        return sum_features(self.features)

    def gather(self, groups: Groups) -> "OfSums":
        """Return the same of weights of groups."""
        columns = [groups.add_up(column) for column in self.features.T]
        return OfSums(np.stack(columns, axis=1), self.combine)


def many_of_sums(
    features: Callable[[Vector, Matrix], Matrix], combine: Callable[[Matrix], Vector]
) -> Callable[[Vector, Matrix], Many]:
    """Return what `Metric.many` wants, for a metric that needs only sums.

    Args:
        features: `(targets, scores)` to `(n_cases, n_sums)`, what each case adds to each sum.
        combine: sums `(n_draws, n_sums)` to values `(n_draws,)`, NaN where undefined; it must
            not warn of a division by zero.

    Example:
        >>> def squares(targets, scores):
        ...     return np.stack([np.ones_like(scores), (targets - scores) ** 2], axis=1)
        >>> prepare = many_of_sums(squares, lambda sums: sums[:, 1] / sums[:, 0])
        >>> mean_square = prepare(np.array([0.0, 1]), np.array([0.5, 0]))
        >>> mean_square(np.array([[1.0, 1], [2, 0]])).tolist()
        [0.625, 0.25]
    """

    def prepare(targets: Vector, scores: Matrix) -> Many:
        return OfSums(features(targets, scores), combine)

    return prepare


def sum_features(features: Matrix) -> Callable[[Matrix], Matrix]:
    """Return a function of weights `(n_draws, n_cases)` that gives sums `(n_draws, n_sums)`.

    Args:
        features: `(n_cases, n_sums)`, finite.
    """
    _, exponents = np.frexp(np.abs(features).max(axis=0, initial=0.0))
    step = np.ldexp(1.0, exponents - EXACT_BITS)
    exact = np.rint(features / step) * step
    rest = features - exact
    if not rest.any():
        return lambda weights: np.asarray(weights @ exact)
    n_sums, both = features.shape[1], np.hstack([exact, rest])

    def sums(weights: Matrix) -> Matrix:
        products = weights @ both
        return np.asarray(products[:, :n_sums] + products[:, n_sums:])

    return sums

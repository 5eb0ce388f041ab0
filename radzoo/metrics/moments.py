"""Metrics that are functions of weighted sums over cases: many draws are one matrix product."""

from collections.abc import Callable

from radzoo.core.plugins import Many, Matrix, Vector


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
        matrix = features(targets, scores)

        def values(weights: Matrix) -> Vector:
            return combine(weights @ matrix)

        return values

    return prepare

"""Means, variances and covariance of true and predicted numbers: what these metrics are made of.

Numbers are counted from one of them, and differences from one difference, so that a column
of equal numbers has the variance 0 exactly and large numbers cost no digits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums, sum_features

# A variance this small against the mean square is what rounding leaves of 0.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Pairs:
    """Moments of true and predicted numbers, each `(n_draws,)`; variances divide by n.

    Attributes:
        bias: mean of predicted minus true.
        error_variance: variance of predicted minus true.
        mean_square: mean of its square.
        mean_absolute: mean of its absolute value.
    """

    n: Vector
    true_variance: Vector
    score_variance: Vector
    covariance: Vector
    bias: Vector
    error_variance: Vector
    mean_square: Vector
    mean_absolute: Vector

    @property
    def error_deviation(self) -> Vector:
        """Standard deviation of predicted minus true, dividing by n - 1; NaN if n < 2."""
        return np.sqrt(divide(self.error_variance * self.n, np.maximum(self.n - 1, 0)))

    @property
    def correlation(self) -> Vector:
        """Pearson's; NaN where either does not vary."""
        spread = np.sqrt(self.true_variance * self.score_variance)
        return np.clip(divide(self.covariance, spread), -1.0, 1.0)


def describe_pairs(targets: Vector, scores: Vector, weights: Vector | None = None) -> Pairs:
    """Return the moments of all cases.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Raises:
        UndefinedMetricError: if there is no case.
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    counted = np.ones(len(targets)) if weights is None else weights
    sums = sum_features(list_powers(targets, scores))(counted[None])
    return gather(sums, origin_of(scores - targets))


def many_of_pairs(combine: Callable[[Pairs], Vector]) -> Callable[[Vector, Matrix], Many]:
    """Return what `Metric.many` wants, for a metric of these moments alone.

    Args:
        combine: moments to values `(n_draws,)`, NaN where undefined.
    """

    def prepare(targets: Vector, scores: Matrix) -> Many:
        origin = origin_of(scores - targets)
        return many_of_sums(list_powers, lambda sums: combine(gather(sums, origin)))(
            targets, scores
        )

    return prepare


def origin_of(values: Vector) -> float:
    """Return the number that others are counted from: the upper median."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2]) if len(values) else 0.0


def list_powers(targets: Vector, scores: Vector) -> Matrix:
    """Return `(n_cases, 10)`, what each case adds to the sums that `gather` reads."""
    errors = scores - targets
    true, score = targets - origin_of(targets), scores - origin_of(scores)
    error = errors - origin_of(errors)
    ones = np.ones_like(targets)
    return np.stack(
        [ones, true, score, error, true**2, score**2, error**2, true * score, errors**2,
         np.abs(errors)],
        axis=1,
    )  # fmt: skip


def gather(sums: Matrix, origin: float) -> Pairs:
    """Turn sums `(n_draws, 10)` of `list_powers` into moments."""
    n = sums[:, 0]
    mean = {name: divide(column, n) for name, column in zip(NAMES, sums.T[1:], strict=True)}

    def vary(name: str) -> Vector:
        variance = mean[name * 2] - mean[name] ** 2
        return np.where(variance <= ROUNDING * mean[name * 2], 0.0, variance)

    return Pairs(
        n=n,
        true_variance=vary("t"),
        score_variance=vary("s"),
        covariance=mean["ts"] - mean["t"] * mean["s"],
        bias=mean["d"] + origin,
        error_variance=vary("d"),
        mean_square=mean["square"],
        mean_absolute=mean["absolute"],
    )


NAMES = ("t", "s", "d", "tt", "ss", "dd", "ts", "square", "absolute")


def defined(values: Vector, needs: str) -> float:
    """Return the only value.

    Raises:
        UndefinedMetricError: if it is NaN.
    """
    if np.isnan(values[0]):
        raise UndefinedMetricError(f"needs {needs}")
    return float(values[0])

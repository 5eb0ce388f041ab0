"""Metric: how closely predicted and true numbers lie on the line of equality."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def ccc(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Lin's concordance correlation: correlation, lowered by a shift or another scale.

    1 needs every predicted number to equal the true one. Variances divide by n.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if neither varies and both are equal on average.

    References:
        Lin LI. A concordance correlation coefficient to evaluate reproducibility. Biometrics
        1989;45:255-268. The standard error is that of the correction in 2000;56:324-325.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(ccc(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.88
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "numbers that vary")


def combine(pairs: Pairs) -> Vector:
    """Return the concordance."""
    whole = pairs.true_variance + pairs.score_variance + pairs.bias**2
    return divide(2 * pairs.covariance, whole)


def standard_error(targets: Vector, scores: Vector) -> float:
    """Return its standard error, of independent cases.

    Raises:
        UndefinedMetricError: with fewer than three cases, or no correlation.
    """
    pairs = describe_pairs(targets, scores)
    value = defined(combine(pairs), "numbers that vary")
    r = defined(pairs.correlation, "numbers that vary")
    if len(targets) < 3 or r == 0:
        raise UndefinedMetricError("needs three cases and a correlation")
    spread = np.sqrt(pairs.true_variance[0] * pairs.score_variance[0])
    shift = pairs.bias[0] ** 2 / spread
    variance = (
        (1 - r**2) * value**2 * (1 - value**2) / r**2
        + 2 * value**3 * (1 - value) * shift / r
        - value**4 * shift**2 / (2 * r**2)
    ) / (len(targets) - 2)
    return float(np.sqrt(max(variance, 0.0)))


METRIC = Metric(
    name="ccc",
    compute=ccc,
    tasks=frozenset({"regression"}),
    higher_is_better=True,
    reads="values",
    interval="fisher-z",
    limits=(-1.0, 1.0),
    standard_error=standard_error,
    many=many_of_pairs(combine),
)

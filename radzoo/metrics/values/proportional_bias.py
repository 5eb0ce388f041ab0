"""Metric: how much the difference grows with the size of what is measured."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.values.pairs import ROUNDING, Pairs, defined, describe_pairs, many_of_pairs


def proportional_bias(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Slope of predicted minus true on the mean of both; 0 if large and small agree alike.

    It is not 0 either where one of the two only varies more than the other.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any number, mostly in -2 to 2.

    Raises:
        UndefinedMetricError: if the means of both do not vary.

    References:
        Bland JM, Altman DG. Measuring agreement in method comparison studies. Statistical
        Methods in Medical Research 1999;8:135-160. Section 3.2.

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(proportional_bias(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.1333
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "numbers whose means vary")


def combine(pairs: Pairs) -> Vector:
    """Return the slope."""
    of_mean = (pairs.true_variance + pairs.score_variance + 2 * pairs.covariance) / 4
    shared = (pairs.score_variance - pairs.true_variance) / 2
    varies = of_mean > ROUNDING * (pairs.true_variance + pairs.score_variance)
    return divide(shared, np.where(varies, of_mean, 0.0))


def standard_error(targets: Vector, scores: Vector) -> float:
    """Return its standard error by least squares, of independent cases.

    Raises:
        UndefinedMetricError: with fewer than three cases, or means that do not vary.
    """
    if len(targets) < 3:
        raise UndefinedMetricError("needs three cases")
    slope = proportional_bias(targets, scores)
    middle, errors = (targets + scores) / 2, scores - targets
    deviation = middle - middle.mean()
    rest = errors - errors.mean() - slope * deviation
    return float(np.sqrt((rest**2).sum() / (len(targets) - 2) / (deviation**2).sum()))


METRIC = Metric(
    name="proportional_bias",
    compute=proportional_bias,
    tasks=frozenset({"regression"}),
    higher_is_better=None,
    reads="values",
    interval="student-t",
    limits=(-np.inf, np.inf),
    standard_error=standard_error,
    many=many_of_pairs(combine),
)

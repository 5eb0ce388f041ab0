"""Metric: how much the true number rises where the predicted one rises by 1."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import divide
from radzoo.metrics.values.pairs import Pairs, defined, describe_pairs, many_of_pairs


def calibration_slope(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Slope of the regression of true on predicted numbers; 1 is right.

    Below 1 the predictions are too extreme, above 1 too timid.

    Args:
        targets: `(n_cases,)`, true numbers.
        scores: `(n_cases,)`, predicted numbers.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any number.

    Raises:
        UndefinedMetricError: if the predicted numbers do not vary.

    References:
        Steyerberg EW, Vickers AJ, Cook NR, et al. Assessing the performance of prediction
        models. Epidemiology 2010;21:128-138. Section "Calibration".

    Example:
        >>> targets = np.array([1.0, 2, 3, 4])
        >>> round(calibration_slope(targets, np.array([1.5, 2, 4, 4.5])), 4)
        0.8462
    """
    return defined(combine(describe_pairs(targets, scores, weights)), "predicted numbers that vary")


def combine(pairs: Pairs) -> Vector:
    """Return the slope."""
    return divide(pairs.covariance, pairs.score_variance)


def standard_error(targets: Vector, scores: Vector) -> float:
    """Return its standard error by least squares, of independent cases.

    Raises:
        UndefinedMetricError: with fewer than three cases, or predicted numbers that do not vary.
    """
    if len(targets) < 3:
        raise UndefinedMetricError("needs three cases")
    slope = calibration_slope(targets, scores)
    deviation = scores - scores.mean()
    rest = targets - targets.mean() - slope * deviation
    return float(np.sqrt((rest**2).sum() / (len(targets) - 2) / (deviation**2).sum()))


METRIC = Metric(
    name="calibration_slope",
    compute=calibration_slope,
    tasks=frozenset({"regression"}),
    higher_is_better=None,
    reads="values",
    interval="student-t",
    limits=(-np.inf, np.inf),
    standard_error=standard_error,
    many=many_of_pairs(combine),
)

"""Metric: how far nine tenths of the probabilities lie from a smooth reliability curve at most."""

import numpy as np

from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.calibration.curve_draws import prepare_errors
from radzoo.metrics.calibration.curve_errors import find_curve_errors


def e90(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """E90: the 0.9 quantile of the distances between probability and curve; 0 is best.

    The curve is that of `ici`, and what is said there holds here.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities of disease.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number of at least 0.

    Raises:
        UndefinedMetricError: if there is no case, or three quarters of them share a score.

    References:
        Austin PC, Steyerberg EW. The Integrated Calibration Index (ICI) and related metrics
        for quantifying the calibration of logistic regression models. Statistics in
        Medicine 2019;38:4051-4065. Section 2.

    Example:
        >>> targets = np.array([0.0, 0, 1, 0, 1, 0, 1, 1])
        >>> round(e90(targets, np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])), 4)
        0.1329
    """
    return float(find_curve_errors(targets, scores, weights).quantile(0.9)[0])


def many(targets: Vector, scores: Matrix) -> Many:
    """Prepare it for many weights; how far local fits reach stays that of the sample."""
    errors = prepare_errors(targets, scores)
    return lambda weights: errors(weights).quantile(0.9)


METRIC = Metric(
    name="e90",
    compute=e90,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=False,
    reads="probabilities",
    interval="bca",
    limits=(0.0, np.inf),
    many=many,
)

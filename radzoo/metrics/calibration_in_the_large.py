"""Metric: whether the probabilities are too high or too low on the whole."""

import numpy as np

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.calibration.weak import error_in_the_large, many_in_the_large
from radzoo.metrics.logistic import fit_intercept, logit


def calibration_in_the_large(
    targets: Vector, scores: Vector, weights: Vector | None = None
) -> float:
    """Shift in log odds that would make the mean right, the slope held at 1; 0 is right.

    Positive: there is more disease than the probabilities say. It is not
    `calibration_intercept`, which is fitted together with a slope.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities, none 0 or 1: those have no logit.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any real number, in log odds.

    Raises:
        UndefinedMetricError: if a class is missing.

    References:
        Cox DR. Two further applications of a model for binary regression. Biometrika
        1958;45:562-565.
        Van Calster B, McLernon DJ, van Smeden M, et al. Calibration: the Achilles heel of
        predictive analytics. BMC Medicine 2019;17:230. Section "Assessing calibration".

    Example:
        >>> targets = np.array([0.0, 0, 1, 0, 1, 1])
        >>> scores = np.array([0.1, 0.2, 0.3, 0.5, 0.6, 0.8])
        >>> round(calibration_in_the_large(targets, scores), 4)
        0.4439
    """
    return float(fit_intercept(targets, logit(scores), weights).coefficients[0])


METRIC = Metric(
    name="calibration_in_the_large",
    compute=calibration_in_the_large,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=None,
    reads="logits",
    interval="wald",
    limits=(-np.inf, np.inf),
    standard_error=error_in_the_large,
    many=many_in_the_large,
)

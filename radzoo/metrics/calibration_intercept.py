"""Metric: the intercept that goes with the calibration slope."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.calibration.weak import errors_of_both, many_of_both
from radzoo.metrics.logistic import fit_intercept_and_slope, logit


def calibration_intercept(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Intercept of the truth on the logit of the probability, fitted with the slope; 0 is right.

    It is the shift at probability 0.5 and means little without the slope. It is not
    `calibration_in_the_large`, with which it is often confused: there the slope is 1.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities, none 0 or 1: those have no logit.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        Any real number, in log odds.

    Raises:
        UndefinedMetricError: if a class is missing, no score of one class lies among those
            of the other, or the standard error of the slope is beyond 5.

    References:
        Cox DR. Two further applications of a model for binary regression. Biometrika
        1958;45:562-565.
        Van Calster B, McLernon DJ, van Smeden M, et al. Calibration: the Achilles heel of
        predictive analytics. BMC Medicine 2019;17:230. Section "Assessing calibration".

    Example:
        >>> targets = np.array([0.0, 0, 1, 0, 1, 1])
        >>> scores = np.array([0.1, 0.2, 0.3, 0.5, 0.6, 0.8])
        >>> round(calibration_intercept(targets, scores), 4)
        0.6964
    """
    return float(fit_intercept_and_slope(targets, logit(scores), weights).coefficients[0])


def standard_error(
    targets: Vector, scores: Vector, patients: NDArray[np.intp] | None = None
) -> float:
    """Standard error by the information matrix, or between patients."""
    return float(errors_of_both(targets, scores, patients)[0])


METRIC = Metric(
    name="calibration_intercept",
    compute=calibration_intercept,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=None,
    reads="logits",
    interval="wald",
    limits=(-np.inf, np.inf),
    standard_error=standard_error,
    many=many_of_both(0),
)

"""Logistic regression with one slope at most: what calibration needs, with numpy alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector

MOST_STEPS = 50
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Coefficients by maximum likelihood and their covariance."""

    coefficients: Vector
    covariance: Matrix


def fit_intercept_and_slope(
    targets: Vector, logits: Vector, weights: Vector | None = None
) -> LogisticFit:
    """Fit `logit P(diseased) = intercept + slope * logits`.

    Raises:
        UndefinedMetricError: if a class is missing or the logits separate the classes: the
            likelihood then has no maximum.
    """
    counted = np.ones_like(targets) if weights is None else weights
    diseased = logits[(targets == 1) & (counted > 0)]
    healthy = logits[(targets == 0) & (counted > 0)]
    if not diseased.size or not healthy.size:
        raise UndefinedMetricError("needs both diseased and healthy cases")
    if healthy.max() <= diseased.min() or diseased.max() <= healthy.min():
        raise UndefinedMetricError("the scores separate the classes, or are equal: no finite fit")
    return maximise(np.stack([np.ones_like(logits), logits]), targets, 0.0 * logits, counted)


def fit_intercept(targets: Vector, logits: Vector, weights: Vector | None = None) -> LogisticFit:
    """Fit `logit P(diseased) = intercept + logits`: the slope is held at 1.

    Raises:
        UndefinedMetricError: if a class is missing.
    """
    counted = np.ones_like(targets) if weights is None else weights
    n_diseased = targets @ counted
    if not 0 < n_diseased < counted.sum():
        raise UndefinedMetricError("needs both diseased and healthy cases")
    return maximise(np.ones((1, len(targets))), targets, logits, counted)


def maximise(design: Matrix, targets: Vector, offset: Vector, weights: Vector) -> LogisticFit:
    """Maximise the likelihood by iteratively reweighted least squares.

    The start, the stopping rule and the covariance (that of the weights in the last step)
    are those of R's `glm`, so that standard errors agree with it to the last digit shown.

    Args:
        design: `(n_coefficients, n_cases)`.
        targets: `(n_cases,)`, 0 or 1.
        offset: `(n_cases,)`, added to the linear predictor.
        weights: `(n_cases,)`, how often each case counts.

    Raises:
        UndefinedMetricError: if the steps do not settle.
    """
    predictor = logit((weights * targets + 0.5) / (weights + 1))
    deviance = compute_deviance(predictor, targets, weights)
    for _ in range(MOST_STEPS):
        probability = sigmoid(predictor)
        variance = np.maximum(probability * (1 - probability), np.finfo(float).tiny)
        response = predictor - offset + (targets - probability) / variance
        weighted = design * (weights * variance)
        try:
            covariance = np.linalg.inv(weighted @ design.T)
        except np.linalg.LinAlgError:
            break
        coefficients = covariance @ (weighted @ response)
        predictor = offset + coefficients @ design
        before, deviance = deviance, compute_deviance(predictor, targets, weights)
        if abs(deviance - before) < TOLERANCE * (abs(deviance) + 0.1):
            return LogisticFit(coefficients, np.asarray(covariance, dtype=np.float64))
    raise UndefinedMetricError("the logistic fit did not converge")


def compute_deviance(predictor: Vector, targets: Vector, weights: Vector) -> float:
    """Return -2 times the log-likelihood of a linear predictor."""
    return float(-2 * weights @ (targets * predictor - np.logaddexp(0.0, predictor)))


def sigmoid(values: Vector) -> Vector:
    """Return `1 / (1 + exp(-values))` without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))


def logit(probabilities: Vector) -> Vector:
    """Return the log odds.

    Raises:
        UndefinedMetricError: if one is 0 or 1, whose log odds are infinite.
    """
    inside: NDArray[np.bool_] = (probabilities > 0) & (probabilities < 1)
    if not inside.all():
        raise UndefinedMetricError("needs probabilities strictly between 0 and 1")
    return np.asarray(np.log(probabilities) - np.log1p(-probabilities))

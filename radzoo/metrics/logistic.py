"""Logistic regression with one slope at most: what calibration needs, with numpy alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.patient_sums import sum_by_patient

MOST_STEPS = 50
TOLERANCE = 1e-8
# A slope with a larger standard error is not estimable.
LARGEST_ERROR = 5.0


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Coefficients by maximum likelihood.

    Attributes:
        coefficients: `(n_coefficients,)`.
        covariance: of them, by the information matrix.
        predictor: `(n_cases,)`, fitted log odds.
        deviance: -2 times the log-likelihood.
    """

    coefficients: Vector
    covariance: Matrix
    predictor: Vector
    deviance: float


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
    fit = maximise(np.stack([np.ones_like(logits), logits]), targets, 0.0 * logits, counted)
    check_slope(float(fit.covariance[1, 1]))
    return fit


def check_slope(variance: float) -> None:
    """Refuse a slope that nothing is known of: scores that hardly differ, or nearly separate.

    With a standard error of 5 the 95 % interval is 20 wide, where 0 is useless and 1 right.

    Raises:
        UndefinedMetricError: if its standard error is too large.
    """
    if variance > LARGEST_ERROR**2:
        raise UndefinedMetricError(
            "the scores hardly differ, or nearly separate the classes: the slope is not estimable "
            f"(its standard error is {np.sqrt(variance):.0f})"
        )


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
            known = np.asarray(covariance, dtype=np.float64)
            return LogisticFit(coefficients, known, predictor, deviance)
    raise UndefinedMetricError("the logistic fit did not converge")


def covariance_between(
    fit: LogisticFit, design: Matrix, targets: Vector, patients: NDArray[np.intp]
) -> Matrix:
    """Return the covariance by the spread of the scores (derivatives) between patients.

    Args:
        fit: of these cases, each counted once.
        design: `(n_coefficients, n_cases)`, what it was fitted with.
        targets: `(n_cases,)`, 0 or 1.
        patients: `(n_cases,)`, patient numbers 0, 1, ...
    """
    residuals = targets - sigmoid(fit.predictor)
    sums = sum_by_patient((design * residuals).T, patients)
    return np.asarray(fit.covariance @ (sums.T @ sums) @ fit.covariance)


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

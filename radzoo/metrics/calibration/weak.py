"""Intercept and slope of the truth on the logit of the probability: errors, draws, profile."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.logistic import (
    LARGEST_ERROR,
    covariance_between,
    fit_intercept,
    fit_intercept_and_slope,
    logit,
    maximise,
    sigmoid,
)

Patients = NDArray[np.intp]

MOST_STEPS = 25
# Newton's step in log odds; a longer one overshoots where the scores nearly separate.
LONGEST_STEP = 5.0
SMALL_STEP = 1e-9
SMALLEST_DETERMINANT = 1e-12


def errors_of_both(targets: Vector, scores: Vector, patients: Patients | None = None) -> Vector:
    """Return the standard errors of intercept and slope, between patients where they are given.

    Raises:
        UndefinedMetricError: if there is no fit.
    """
    logits = logit(scores)
    fit = fit_intercept_and_slope(targets, logits)
    covariance = fit.covariance
    if patients is not None:
        design = np.stack([np.ones_like(logits), logits])
        covariance = covariance_between(fit, design, targets, patients)
    return np.asarray(np.sqrt(np.diag(covariance)))


def error_in_the_large(targets: Vector, scores: Vector, patients: Patients | None = None) -> float:
    """Return the standard error of the shift, between patients where they are given.

    Raises:
        UndefinedMetricError: if a class is missing.
    """
    fit = fit_intercept(targets, logit(scores))
    covariance = fit.covariance
    if patients is not None:
        covariance = covariance_between(fit, np.ones((1, len(targets))), targets, patients)
    return float(np.sqrt(covariance[0, 0]))


def profile_deviance(targets: Vector, scores: Vector, at: int) -> Callable[[float], float]:
    """Return the deviance as a function of one coefficient, the other fitted to it.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities, none 0 or 1.
        at: 0 = the intercept is held, 1 = the slope.
    """
    columns = np.stack([np.ones_like(targets), logit(scores)])
    once = np.ones_like(targets)

    def deviance(value: float) -> float:
        other = columns[1 - at : 2 - at]
        return maximise(other, targets, value * columns[at], once).deviance

    return deviance


def many_of_both(at: int) -> Callable[[Vector, Matrix], Many]:
    """Return `Metric.many` of the intercept (0) or of the slope (1)."""

    def prepare(targets: Vector, scores: Matrix) -> Many:
        logits = logit(scores)

        def values(weights: Matrix) -> Vector:
            separate = find_separate(targets, logits, weights)
            found = np.full((len(weights), 2), np.nan)
            found[~separate] = fit_all(targets, logits, weights[~separate])
            return found[:, at]

        return values

    return prepare


def find_separate(targets: Vector, logits: Vector, weights: Matrix) -> NDArray[np.bool_]:
    """Say on which draws the scores separate the classes, or a class is missing."""
    ends = []
    for target in (0.0, 1.0):
        own = targets == target
        here, counted = logits[own], weights[:, own] > 0
        ends.append(
            (
                np.where(counted, here, np.inf).min(axis=1, initial=np.inf),
                np.where(counted, here, -np.inf).max(axis=1, initial=-np.inf),
            )
        )
    (low, high), (low_diseased, high_diseased) = ends
    missing = np.isinf(low) | np.isinf(low_diseased)
    return np.asarray(missing | (high <= low_diseased) | (high_diseased <= low))


def fit_all(targets: Vector, logits: Vector, weights: Matrix) -> Matrix:
    """Fit intercept and slope on many draws by Newton's steps; NaN where not estimable.

    Returns:
        `(n_draws, 2)`.
    """
    features = np.stack([np.ones_like(logits), logits, logits**2], axis=1)
    coefficients = np.zeros((len(weights), 2))
    determinant, information = np.ones(len(weights)), np.ones((len(weights), 3))
    for _ in range(MOST_STEPS):
        probability = sigmoid(coefficients @ features[:, :2].T)
        gradient = (weights * (targets - probability)) @ features[:, :2]
        information = (weights * (probability * (1 - probability))) @ features
        i0, i1, i2 = information.T
        determinant = np.maximum(i0 * i2 - i1 * i1, SMALLEST_DETERMINANT)
        step = np.stack(
            [i2 * gradient[:, 0] - i1 * gradient[:, 1], i0 * gradient[:, 1] - i1 * gradient[:, 0]],
            axis=1,
        )
        step = np.clip(step / determinant[:, None], -LONGEST_STEP, LONGEST_STEP)
        coefficients += step
        if not len(step) or np.abs(step).max() < SMALL_STEP:
            break
    unknown = information[:, 0] / determinant > LARGEST_ERROR**2
    coefficients[unknown | (np.abs(step).max(axis=1, initial=0) > 1e-4)] = np.nan
    return coefficients


def many_in_the_large(targets: Vector, scores: Matrix) -> Many:
    """Prepare the shift for many weights: one equation that Newton's steps solve."""
    logits = logit(scores)

    def values(weights: Matrix) -> Vector:
        wanted, total = weights @ targets, weights.sum(axis=1)
        shift = np.zeros(len(weights))
        for _ in range(MOST_STEPS):
            probability = sigmoid(logits + shift[:, None])
            excess = np.einsum("ij,ij->i", weights, probability) - wanted
            slope = np.einsum("ij,ij->i", weights, probability * (1 - probability))
            step = np.clip(excess / np.maximum(slope, SMALLEST_DETERMINANT), -1, 1)
            shift -= step
            if not len(step) or np.abs(step).max() < SMALL_STEP:
                break
        return np.where((wanted > 0) & (wanted < total), shift, np.nan)

    return values


def likelihood_ratio(targets: Vector, scores: Vector) -> dict[str, float]:
    """Compare deviances: of the probabilities themselves, of a shift, of shift and slope.

    Where the scores separate the classes the last is 0, its limit.

    Returns:
        `both`: chi-squared with 2 degrees of freedom of (intercept, slope) = (0, 1); `shift`:
        with 1, of a shift of 0 where the slope is 1; `slope`: with 1, of a slope of 1.

    Raises:
        UndefinedMetricError: if a class is missing.
    """
    logits = logit(scores)
    shifted = fit_intercept(targets, logits).deviance
    stated = float(-2 * np.sum(targets * logits - np.logaddexp(0.0, logits)))
    try:
        fitted = fit_intercept_and_slope(targets, logits).deviance
    except UndefinedMetricError:
        fitted = 0.0 if separates(targets, scores) else shifted
    return {"both": stated - fitted, "shift": stated - shifted, "slope": shifted - fitted}


def separates(targets: Vector, scores: Vector) -> bool:
    """Does some score keep the classes apart, in either direction?"""
    healthy, diseased = scores[targets == 0], scores[targets == 1]
    return bool(healthy.max() < diseased.min() or diseased.max() < healthy.min())

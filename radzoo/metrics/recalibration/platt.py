"""Recalibration: a straight line through the log odds."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.logistic import fit_intercept_and_slope, logit, maximise, sigmoid
from radzoo.metrics.recalibration.recalibrator import Parameters, Recalibrator, hold, number
from radzoo.metrics.recalibration.temperature import logit_of


def fit(targets: Vector, scores: Vector) -> Parameters:
    """Find intercept and slope by maximum likelihood.

    Platt fitted raw outputs of a support vector machine, to targets drawn in from 0 and 1
    (`fit_smoothed`); here the log odds are fitted to the targets as they are, which is also
    called logistic recalibration.

    Raises:
        UndefinedMetricError: if there is no finite fit, or the scores point the wrong way.

    References:
        Platt JC. Probabilistic outputs for support vector machines. In: Advances in Large
        Margin Classifiers. MIT Press, 2000. Section 2.1.
        Cox DR. Two further applications of a model for binary regression. Biometrika
        1958;45:562-565.
    """
    intercept, slope = fit_intercept_and_slope(targets, logit(hold(scores))).coefficients.tolist()
    if not slope > 0:
        raise UndefinedMetricError("needs scores that are higher for the diseased")
    return {"intercept": intercept, "slope": slope}


def fit_smoothed(targets: Vector, values: Vector) -> tuple[float, float]:
    """Find intercept and slope as Platt did: the n+ diseased count as (n+ + 1) / (n+ + 2).

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        values: `(n_cases,)`, any real scores.
    """
    diseased = float(targets.sum())
    healthy = len(targets) - diseased
    drawn_in = np.where(targets == 1, (diseased + 1) / (diseased + 2), 1 / (healthy + 2))
    design = np.stack([np.ones_like(values), values])
    found = maximise(design, drawn_in, 0.0 * values, np.ones_like(values))
    intercept, slope = found.coefficients.tolist()
    return intercept, slope


def apply(parameters: Parameters, scores: Vector) -> Vector:
    """Move and stretch the log odds."""
    line = number(parameters, "intercept") + number(parameters, "slope") * logit_of(scores)
    return sigmoid(line)


RECALIBRATOR = Recalibrator(name="platt", fit=fit, apply=apply)

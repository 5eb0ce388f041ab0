"""Recalibration: all log odds divided by one number."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.logistic import logit, maximise, sigmoid
from radzoo.metrics.recalibration.recalibrator import Parameters, Recalibrator, hold, number


def fit(targets: Vector, scores: Vector) -> Parameters:
    """Find the temperature with the lowest log-loss; above 1 the scores were too extreme.

    It leaves 0.5 where it is, and cannot mend probabilities that are all too high.

    Raises:
        UndefinedMetricError: if a class is missing, the scores separate the classes, or they
            point the wrong way.

    References:
        Guo C, Pleiss G, Sun Y, Weinberger KQ. On calibration of modern neural networks. ICML
        2017. Section 4.2.
    """
    if not 0 < targets.sum() < len(targets):
        raise UndefinedMetricError("needs both diseased and healthy cases")
    logits = logit(hold(scores))
    if not np.any(np.where(targets == 1, logits, -logits) < 0):
        raise UndefinedMetricError("0.5 separates the classes: no finite fit")
    found = maximise(logits[None, :], targets, 0.0 * logits, np.ones_like(targets))
    slope = float(found.coefficients[0])
    if not slope > 0:
        raise UndefinedMetricError("needs scores that are higher for the diseased")
    return {"temperature": 1 / slope}


def apply(parameters: Parameters, scores: Vector) -> Vector:
    """Divide the log odds by the temperature."""
    return sigmoid(logit_of(scores) / number(parameters, "temperature"))


def logit_of(scores: Vector) -> Vector:
    """Return log odds of scores held away from 0 and 1; NaN stays NaN."""
    held = hold(scores)
    return np.asarray(np.log(held) - np.log1p(-held))


RECALIBRATOR = Recalibrator(name="temperature", fit=fit, apply=apply)

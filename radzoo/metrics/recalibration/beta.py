"""Recalibration: a map with three parameters that bends each end by itself."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.logistic import maximise, sigmoid
from radzoo.metrics.recalibration.recalibrator import Parameters, Recalibrator, hold, number


def fit(targets: Vector, scores: Vector) -> Parameters:
    """Find a, b and c of sigmoid(c + a log p - b log(1 - p)) by maximum likelihood.

    The map must rise: if a or b comes out negative it is left out, and the others are
    fitted again.

    Raises:
        UndefinedMetricError: if a class is missing, there is no finite fit, or the scores point
            the wrong way.

    References:
        Kull M, Silva Filho T, Flach P. Beta calibration: a well-founded and easily
        implemented improvement on logistic calibration for binary classifiers. AISTATS 2017.
        Section 4.
    """
    if not 0 < targets.sum() < len(targets):
        raise UndefinedMetricError("needs both diseased and healthy cases")
    columns = logarithms(scores)
    kept = [0, 1]
    while kept:
        design = np.concatenate([np.ones((1, len(targets))), columns[kept]])
        found = maximise(design, targets, 0.0 * targets, np.ones_like(targets))
        constant, *slopes = found.coefficients.tolist()
        if min(slopes) >= 0:
            given = dict(zip(kept, slopes, strict=True))
            return {"a": given.get(0, 0.0), "b": given.get(1, 0.0), "c": constant}
        kept.pop(int(np.argmin(slopes)))
    raise UndefinedMetricError("needs scores that are higher for the diseased")


def apply(parameters: Parameters, scores: Vector) -> Vector:
    """Apply the map."""
    slopes = np.array([number(parameters, "a"), number(parameters, "b")])
    return sigmoid(number(parameters, "c") + slopes @ logarithms(scores))


def logarithms(scores: Vector) -> Matrix:
    """Return log p and -log(1 - p), `(2, n_cases)`; NaN stays NaN."""
    held = hold(scores)
    return np.stack([np.log(held), -np.log1p(-held)])


RECALIBRATOR = Recalibrator(name="beta", fit=fit, apply=apply)

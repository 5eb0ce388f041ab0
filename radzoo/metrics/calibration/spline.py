"""A reliability curve by a restricted cubic spline of the logit.

References:
    Harrell FE. Regression Modeling Strategies. Springer, 2nd edition 2015. Section 2.4.5.
"""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.logistic import logit, maximise, sigmoid

PLACES_OF_KNOTS = (0.05, 0.35, 0.65, 0.95)


def smooth_by_spline(targets: Vector, scores: Vector) -> tuple[Vector, Vector]:
    """Return the curve at each case, and the four knots (on the logit).

    Raises:
        UndefinedMetricError: if a score has no logit, two knots coincide, or there is no fit.
    """
    logits = logit(scores)
    knots = np.quantile(logits, PLACES_OF_KNOTS)
    if not np.all(np.diff(knots) > 0):
        raise UndefinedMetricError("needs more distinct scores for a spline")
    design = make_design(logits, knots)
    fit = maximise(design, targets, 0.0 * logits, np.ones_like(targets))
    return sigmoid(fit.predictor), knots


def make_design(values: Vector, knots: Vector) -> Matrix:
    """Return the columns of a spline that is a line beyond the outer knots.

    Returns:
        `(n_knots, n_values)`, the constant and the value first.
    """

    def cubed(knot: float) -> Vector:
        return np.asarray(np.clip(values - knot, 0, None) ** 3)

    last, before = float(knots[-1]), float(knots[-2])
    scale = (last - float(knots[0])) ** 2
    columns = [np.ones_like(values), values]
    for knot in knots[:-2].tolist():
        bend = cubed(knot) - cubed(before) * (last - knot) / (last - before)
        columns.append((bend + cubed(last) * (before - knot) / (last - before)) / scale)
    return np.stack(columns)

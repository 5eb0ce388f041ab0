"""Recalibration: the best map that never falls."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.calibration.levels import collapse
from radzoo.metrics.calibration.monotone import pool
from radzoo.metrics.recalibration.recalibrator import Parameters, Recalibrator, numbers


def fit(targets: Vector, scores: Vector) -> Parameters:
    """Find the rising steps that are nearest to the truth.

    Scores of one step become equal: AUROC changes, and with few cases the steps fit noise.

    Raises:
        UndefinedMetricError: if a class is missing.

    References:
        Zadrozny B, Elkan C. Transforming classifier scores into accurate multiclass
        probability estimates. KDD 2002:694-699. Section 3.
    """
    if not 0 < targets.sum() < len(targets):
        raise UndefinedMetricError("needs both diseased and healthy cases")
    levels = collapse(targets, scores)
    values = pool(levels)
    differs = values[1:] != values[:-1]
    ends = np.append(True, differs) | np.append(differs, True)
    return {"scores": levels.scores[ends].tolist(), "values": values[ends].tolist()}


def apply(parameters: Parameters, scores: Vector) -> Vector:
    """Look scores up; between steps along a line, beyond the outermost those hold."""
    places, values = numbers(parameters, "scores"), numbers(parameters, "values")
    return np.asarray(np.interp(scores, places, values))


RECALIBRATOR = Recalibrator(name="isotonic", fit=fit, apply=apply, fewest=1000, keeps_order=False)

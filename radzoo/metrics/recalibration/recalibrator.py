"""What a way to recalibrate offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector

Parameters = Mapping[str, float | list[float]]

# Certain scores have no logarithm: they are held this far from 0 and 1, where single
# precision ends.
CLOSEST_TO_CERTAIN = 1e-7


@dataclass(frozen=True, slots=True)
class Recalibrator:
    """A map from probability to probability that is fitted on validation.

    Attributes:
        fit: `(targets, scores) -> parameters`; raises `UndefinedMetricError` if there is no fit.
        apply: `(parameters, scores) -> probabilities`; NaN stays NaN.
        fewest: below so many cases it fits noise.
        keeps_order: different scores stay different, so that AUROC does not change.
    """

    name: str
    fit: Callable[[Vector, Vector], Parameters]
    apply: Callable[[Parameters, Vector], Vector]
    fewest: int = 0
    keeps_order: bool = True


def hold(scores: Vector) -> Vector:
    """Hold probabilities away from 0 and 1."""
    return np.clip(scores, CLOSEST_TO_CERTAIN, 1 - CLOSEST_TO_CERTAIN)


def number(parameters: Parameters, name: str) -> float:
    """Return a parameter that is one number.

    Raises:
        ValueError: if it is missing or a list.
    """
    value = parameters.get(name)
    if not isinstance(value, int | float):
        raise ValueError(f"the parameter {name} must be a number")
    return float(value)


def numbers(parameters: Parameters, name: str) -> Vector:
    """Return a parameter that is a list of numbers.

    Raises:
        ValueError: if it is missing, empty or one number.
    """
    value = parameters.get(name)
    if not isinstance(value, list) or not value:
        raise ValueError(f"the parameter {name} must be a list of numbers")
    return np.array(value, dtype=np.float64)

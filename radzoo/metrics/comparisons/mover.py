"""Interval of a difference from the intervals of its parts."""

import math

from radzoo.core.plugins import Bounds


def recover(
    values: tuple[float, float], bounds: tuple[Bounds, Bounds], correlation: float = 0.0
) -> Bounds:
    """Return an interval of the first value minus the second (MOVER).

    Each end takes the variance of the parts from the side that matters to it, so the ends
    keep the skewness of the parts, and an interval exists where a part is 0 or 1.

    Args:
        values: both parts.
        bounds: their intervals, at the level that is wanted for the difference.
        correlation: of the estimates of both parts; 0 = from different cases.

    References:
        Zou GY, Donner A. Construction of confidence limits about effect measures: a general
        approach. Statistics in Medicine 2008;27:1693-1702. Equation 7.
    """
    (first, second), (one, other) = values, bounds

    def reach(toward_one: float, toward_other: float) -> float:
        together = 2 * correlation * toward_one * toward_other
        return math.sqrt(max(0.0, toward_one**2 + toward_other**2 - together))

    return Bounds(
        first - second - reach(first - one.low, other.high - second),
        first - second + reach(one.high - first, second - other.low),
    )

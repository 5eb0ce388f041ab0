"""How a metric grows with the number of patients: an inverse power law.

References:
    Figueroa RL, Zeng-Treitler Q, Kandula S, Ngo LH. Predicting sample size required for
    classification performance. BMC Med Inform Decis Mak 2012;12:8. Section "Curve fitting".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector

EXPONENTS: Final = np.geomspace(0.05, 2.0, 80)


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """`ceiling - drop * size ** -exponent`.

    Attributes:
        ceiling: what endless data would give.
        drop: how far below it one patient would be; never negative.
        exponent: how fast it is approached; 0.5 is that of a mean.
    """

    ceiling: float
    drop: float
    exponent: float

    def at(self, sizes: Vector) -> Vector:
        """Return the value at each number of patients."""
        values: Vector = self.ceiling - self.drop * np.asarray(sizes, np.float64) ** -self.exponent
        return values


def fit_power_law(
    sizes: Vector, values: Vector, *, limits: tuple[float, float], weights: Vector | None = None
) -> PowerLaw:
    """Fit the law by weighted least squares.

    For each exponent of a grid the other two numbers follow in closed form; the best of the
    grid is taken. So there is one answer, whatever the data, and no starting value.

    Args:
        sizes: `(n,)`, numbers of patients, at least two different ones.
        values: `(n,)`, the metric; higher is better.
        limits: of the metric; the ceiling stays within.
        weights: `(n,)`, one over the variance of each value; None = all alike.

    Example:
        >>> sizes = np.array([50.0, 100, 250, 500])
        >>> law = fit_power_law(sizes, 0.95 - 0.8 * sizes**-0.5, limits=(0.0, 1.0))
        >>> round(law.ceiling, 2), round(float(law.at(np.array([2000.0]))[0]), 3)
        (0.95, 0.932)
    """
    weight = np.ones_like(values) if weights is None else weights
    weight = weight / weight.sum()
    falls: NDArray[np.float64] = sizes[None, :] ** -EXPONENTS[:, None]
    mean_fall, mean_value = falls @ weight, values @ weight
    spread = ((falls - mean_fall[:, None]) ** 2) @ weight
    together = ((falls - mean_fall[:, None]) * (values - mean_value)) @ weight
    drops = np.maximum(-together / spread, 0.0)
    ceilings = mean_value + drops * mean_fall
    low, high = limits
    outside = (ceilings > high) | (ceilings < low)
    bounded = np.clip(ceilings, low, high)
    # With the ceiling at its limit only the drop is left to choose.
    forced = np.maximum(((bounded[:, None] - values) * falls) @ weight / (falls**2 @ weight), 0.0)
    drops = np.where(outside, forced, drops)
    errors = ((bounded[:, None] - drops[:, None] * falls - values) ** 2) @ weight
    best = int(np.argmin(errors))
    return PowerLaw(float(bounded[best]), float(drops[best]), float(EXPONENTS[best]))

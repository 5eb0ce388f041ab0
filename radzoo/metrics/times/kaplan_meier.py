"""Kaplan and Meier's estimate of who is still without the event, and what is read from it."""

import math
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Matrix, Vector
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.times.censoring import divide
from radzoo.metrics.times.steps import make_steps

# S(t) is a product: 0.5 may come out as 0.49999999999999994.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Survival:
    """Share of cases without the event, from each distinct time on until the next.

    Attributes:
        times: `(n_times,)`, distinct, rising; before the first of them the share is 1.
        survival: `(n_times,)`.
        log_error: `(n_times,)`, standard error of the logarithm (Greenwood); infinite where
            the share is 0.
        at_risk: `(n_times,)`, cases followed until just before.
        events: `(n_times,)`.
    """

    times: Vector
    survival: Vector
    log_error: Vector
    at_risk: Vector
    events: Vector

    def bounds(self, level: float = 0.95) -> tuple[Vector, Vector]:
        """Return both ends of the interval at each time, on the logarithm as R has it."""
        left = self.survival > 0
        factor = np.exp(critical_value(level) * np.where(left, self.log_error, 0.0))
        low = np.where(left, self.survival / factor, np.nan)
        return low, np.where(left, np.minimum(self.survival * factor, 1.0), np.nan)

    def step_at(self, horizon: float) -> int:
        """Return which step a horizon lies on; -1 before the first time.

        Raises:
            UndefinedMetricError: if nobody was followed that long and not all had the event.
        """
        if not len(self.times) or (horizon > self.times[-1] and self.survival[-1] > 0):
            raise UndefinedMetricError("needs a case that was followed until the horizon")
        return int(np.searchsorted(self.times, horizon, "right")) - 1

    def at(self, horizon: float) -> float:
        """Return the share without the event until a horizon.

        Raises:
            UndefinedMetricError: if nobody was followed that long and not all had the event.
        """
        step = self.step_at(horizon)
        return 1.0 if step < 0 else float(self.survival[step])

    def bounds_at(self, horizon: float, level: float = 0.95) -> Bounds:
        """Return the interval of the share without the event until a horizon.

        Raises:
            UndefinedMetricError: if nobody was followed that long, if there was no event
                until then, or if all had it.
        """
        step = self.step_at(horizon)
        if step < 0 or not self.log_error[step] > 0 or not self.survival[step] > 0:
            raise UndefinedMetricError("needs cases with and without an event by the horizon")
        low, high = self.bounds(level)
        return Bounds(float(low[step]), float(high[step]))


def estimate_survival(targets: Matrix) -> Survival:
    """Estimate the share of cases without the event.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored; not empty.

    References:
        Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. Journal of
        the American Statistical Association 1958;53:457-481. As R's `survfit`.
    """
    steps = make_steps(targets[:, 0])
    died = steps.add(targets[:, 1])
    at_risk = steps.add_from(np.ones(len(targets)))
    left = at_risk - died
    with np.errstate(divide="ignore"):
        greenwood = np.where(died > 0, died / (at_risk * left), 0.0)
    survival = np.asarray(np.cumprod(left / at_risk), np.float64)
    return Survival(steps.values, survival, np.sqrt(np.cumsum(greenwood)), at_risk, died)


@dataclass(frozen=True, slots=True)
class Median:
    """The time by which half had the event; None where the curve does not come down so far."""

    value: float | None
    low: float | None
    high: float | None


def find_median(curve: Survival, level: float = 0.95) -> Median:
    """Return the median time and its interval: where the curve and its bounds reach a half.

    Where the curve lies at a half exactly, the middle of that stretch is meant.

    References:
        Brookmeyer R, Crowley J. A confidence interval for the median survival time.
        Biometrics 1982;38:29-41. As `print` of R's `survfit`.
    """
    low, high = curve.bounds(level)
    low = np.where(np.isnan(low), -math.inf, low)
    # An estimate of 0 has no upper bound: the bound stays where it was.
    high = np.where(np.isnan(high), math.inf, high)
    return Median(*(cross_half(curve.times, line) for line in (curve.survival, low, high)))


def cross_half(times: Vector, line: Vector) -> float | None:
    """Return the time at which a falling line comes down to a half."""
    reached = np.flatnonzero(line <= 0.5 + ROUNDING)
    if not reached.size:
        return None
    first = float(times[reached[0]])
    below = np.flatnonzero(line < 0.5 - ROUNDING)
    if abs(line[reached[0]] - 0.5) > ROUNDING or not below.size:
        return first
    return (first + float(times[below[0]])) / 2


@dataclass(frozen=True, slots=True)
class MeanTime:
    """Mean time without the event until `until`, with its standard error."""

    value: float
    standard_error: float
    until: float


def restricted_mean(curve: Survival, until: float) -> MeanTime:
    """Return the area under the curve until a time.

    Raises:
        UndefinedMetricError: if nobody was followed that long and not all had the event.

    References:
        Irwin JO. The standard error of an estimate of expectation of life. Journal of Hygiene
        1949;47:188-189. As `survmean` of R's `survival` with `rmean = until`.
    """
    last = curve.step_at(until) + 1
    edges = np.concatenate([[0.0], curve.times[:last], [until]])
    heights = np.concatenate([[1.0], curve.survival[:last]])
    areas = np.diff(edges) * heights
    # What lies under the curve after each time.
    after = np.cumsum(areas[::-1])[::-1][1:]
    left = curve.at_risk[:last] - curve.events[:last]
    terms = divide(after**2 * curve.events[:last], curve.at_risk[:last] * left)
    return MeanTime(float(areas.sum()), math.sqrt(float(terms.sum())), until)

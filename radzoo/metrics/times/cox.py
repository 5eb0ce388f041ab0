"""Hazard ratio of a score: Cox regression on it alone."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Matrix, Vector
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.times.steps import Steps, make_steps

Ties = Literal["efron", "breslow"]
MOST_STEPS = 50
# In standard deviations of the score: beyond it the events are in the order of the score.
LARGEST = 50.0
LARGEST_Z, LARGEST_LOGARITHM = 10.0, 700.0


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """How the hazard changes with one more unit of the score.

    Attributes:
        coefficient: logarithm of the ratio; `standard_error` is its error.
    """

    coefficient: float
    standard_error: float

    @property
    def value(self) -> float:
        """The ratio."""
        return math.exp(self.coefficient)

    def bounds(self, level: float = 0.95) -> Bounds:
        """Return the interval of the ratio."""
        half = critical_value(level) * self.standard_error
        return Bounds(math.exp(self.coefficient - half), math.exp(self.coefficient + half))


@dataclass(frozen=True, slots=True)
class Deaths:
    """Each event, with the cases at risk and those that had theirs at the same time.

    Attributes:
        step: `(n_events,)`, the time of each event.
        share: `(n_events,)`, part of the weight of that time's events that is left out.
    """

    steps: Steps
    events: Vector
    step: np.ndarray[tuple[int], np.dtype[np.intp]]
    share: Vector


def fit_hazard_ratio(targets: Matrix, scores: Vector, *, ties: Ties = "efron") -> HazardRatio:
    """Fit the hazard ratio of one unit of the score by partial likelihood.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        scores: `(n_cases,)`, any real scale.
        ties: how events at the same time are counted.

    Raises:
        UndefinedMetricError: if there is no event, all scores are the same, or the events come
            in the very order of the scores, so that the ratio is infinite.

    References:
        Cox DR. Regression models and life-tables. Journal of the Royal Statistical Society B
        1972;34:187-220. Efron B. The efficiency of Cox's likelihood function for censored
        data. Journal of the American Statistical Association 1977;72:557-565.
    """
    spread = float(scores.std()) if len(scores) else 0.0
    if not targets[:, 1].any() or not spread > 0:
        raise UndefinedMetricError("needs an event, and scores that differ")
    standard = (scores - scores.mean()) / spread
    deaths = list_deaths(targets, ties)
    coefficient = 0.0
    likelihood, slope, information = differentiate(deaths, standard, coefficient)
    for _ in range(MOST_STEPS):
        if not information > 0:
            raise UndefinedMetricError("needs scores that differ among the cases at risk")
        step = slope / information
        while True:
            found = differentiate(deaths, standard, coefficient + step)
            if found[0] >= likelihood - 1e-9 * abs(likelihood) or abs(step) < 1e-12:
                break
            step /= 2
        coefficient += step
        likelihood, slope, information = found
        if abs(coefficient) > LARGEST:
            break
        if abs(step) < 1e-10:
            return per_unit(coefficient, information, spread)
    raise UndefinedMetricError("infinite: the events come in the order of the scores")


def per_unit(coefficient: float, information: float, spread: float) -> HazardRatio:
    """Turn what was fitted per standard deviation into the ratio of one unit.

    Raises:
        UndefinedMetricError: if one unit is so many standard deviations that no number holds it.
    """
    found = HazardRatio(coefficient / spread, 1 / (spread * math.sqrt(information)))
    if abs(found.coefficient) + LARGEST_Z * found.standard_error > LARGEST_LOGARITHM:
        raise UndefinedMetricError("needs scores that differ by more: one unit is too large")
    return found


def list_deaths(targets: Matrix, ties: Ties) -> Deaths:
    """List the events by time; by Efron each leaves out more of those that share its time."""
    times, events = targets.T
    steps = make_steps(times)
    counts = steps.add(events).astype(np.intp)
    step = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(step)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = nth / counts[step] if ties == "efron" else np.zeros(len(step))
    return Deaths(steps, events, step, share)


def differentiate(deaths: Deaths, scores: Vector, coefficient: float) -> tuple[float, float, float]:
    """Return the log partial likelihood, its slope and minus its curvature."""
    linear = coefficient * scores
    top = float(linear.max())
    weight = np.exp(linear - top)
    powers = weight * np.stack([np.ones_like(scores), scores, scores**2])
    everyone = deaths.steps.add_from(powers)[:, deaths.step]
    together = deaths.steps.add(powers * deaths.events)[:, deaths.step]
    total, first, second = everyone - deaths.share * together
    mean = first / total
    likelihood = float(deaths.events @ linear - np.sum(np.log(total) + top))
    slope = float(deaths.events @ scores - mean.sum())
    return likelihood, slope, float((second / total - mean**2).sum())

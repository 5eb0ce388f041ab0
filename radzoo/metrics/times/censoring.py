"""How likely a case was still followed at a time, by Kaplan and Meier's estimate turned round.

What was censored is made up for by counting each case that was not 1 / G times, where G is
that probability (inverse probability of censoring weights).
"""

from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.metrics.times.steps import Steps


@dataclass(frozen=True, slots=True)
class Followed:
    """Probability of not being censored, at each distinct time.

    Attributes:
        before: `(..., n_steps)`, G(t-): not censored earlier than t.
        until: `(..., n_steps)`, G(t): not censored at t either.
    """

    before: Vector
    until: Vector

    def at(self, steps: Steps, horizon: float) -> Vector:
        """Return G at a horizon, `(...)`; 1 before the first time."""
        last = int(np.searchsorted(steps.values, horizon, "right")) - 1
        return np.ones(self.until.shape[:-1]) if last < 0 else self.until[..., last]


def estimate_followed(steps: Steps, events: Vector, weights: Vector) -> Followed:
    """Estimate the probability of being followed.

    Args:
        steps: cases by time.
        events: `(n_cases,)`, 1 = event, 0 = censored.
        weights: `(..., n_cases)`, how often each case counts.
    """
    left = steps.add_from(weights) - steps.add(weights * events)
    lost = steps.add(weights * (1.0 - events))
    until = np.asarray(np.cumprod(1.0 - divide(lost, left), axis=-1), np.float64)
    before = np.concatenate([np.ones_like(until[..., :1]), until[..., :-1]], axis=-1)
    return Followed(before, until)


def spread_over_censoring(steps: Steps, events: Vector, amounts: Vector, horizon: float) -> Vector:
    """Return how each case moves a sum through the weights 1 / G(t-), `(n_cases,)`.

    Args:
        steps: cases by time.
        events: `(n_cases,)`, 1 = event, 0 = censored.
        amounts: `(n_cases,)`, what each case, with its weight, adds to the sum. Of cases
            whose time is after the horizon the weight is 1 / G(horizon).
        horizon: censoring after it is no matter.

    References:
        Blanche P, Dartigues JF, Jacqmin-Gadda H. Estimating and comparing time-dependent areas
        under receiver operating characteristic curves for censored event times with competing
        risks. Statistics in Medicine 2013;32:5381-5397. Appendix: the martingale of censoring.
    """
    ones = np.ones_like(events)
    left = steps.add_from(ones) - steps.add(events)
    later = steps.add_from(amounts) - steps.add(amounts)
    jump = np.where(steps.values <= horizon, divide(later, left), 0.0)
    step = jump * divide(steps.add(1.0 - events), left)
    drift = np.cumsum(step)
    censored = events == 0
    # Who has an event was not in danger of being censored at that very time.
    return np.where(censored, jump[steps.at], 0.0) - np.where(
        censored, drift[steps.at], (drift - step)[steps.at]
    )


def divide(above: Vector, below: Vector) -> Vector:
    """Divide, 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)

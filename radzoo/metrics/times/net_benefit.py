"""Decision curve of a risk of an event by a horizon."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.metrics.times.kaplan_meier import estimate_survival


@dataclass(frozen=True, slots=True)
class Acted:
    """What comes of acting where the risk is at least the threshold, per case.

    Attributes:
        true_positive: acted on, and the event came by the horizon.
        false_positive: acted on for nothing.
        net_benefit: true positives less what the false ones cost.
    """

    true_positive: float
    false_positive: float
    net_benefit: float


def net_benefit_at(
    time: Vector, event: Vector, risk: Vector, threshold: float, horizon: float
) -> Acted:
    """Weigh up acting on a risk, with Kaplan and Meier's estimate among those acted on.

    Acting on all is the same with a `risk` of 1, acting on none has 0.

    Args:
        time: `(n_cases,)`.
        event: `(n_cases,)`, 1, or 0 = censored.
        risk: `(n_cases,)`, probability of an event by the horizon.
        threshold: probability in (0, 1) from which one acts.
        horizon: in the unit of the times.

    Raises:
        UndefinedMetricError: if nobody acted on was followed until the horizon.

    References:
        Vickers AJ, Cronin AM, Elkin EB, Gonen M. Extensions to decision curve analysis. BMC
        Medical Informatics and Decision Making 2008;8:53. Section "Censored data".

    Example:
        >>> time, event = np.array([1.0, 2, 3, 4]), np.array([1.0, 0, 1, 0])
        >>> net_benefit_at(time, event, np.array([0.9, 0.8, 0.1, 0.2]), 0.5, 1.5).net_benefit
        0.0
    """
    acted = risk >= threshold
    if not acted.any():
        return Acted(0.0, 0.0, 0.0)
    share = float(acted.mean())
    without = estimate_survival(np.stack([time[acted], event[acted]], axis=1)).at(horizon)
    true, false = share * (1.0 - without), share * without
    return Acted(true, false, true - false * threshold / (1.0 - threshold))

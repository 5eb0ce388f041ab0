"""Decision curve of a risk of an event by a horizon."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.decisions.net_benefit import HAIR, NetBenefit, weigh
from radzoo.metrics.times.kaplan_meier import estimate_survival


def net_benefit_at(
    time: Vector, event: Vector, risk: Vector, threshold: float, horizon: float
) -> NetBenefit:
    """Weigh up acting on a risk, with Kaplan and Meier's estimate among those acted on.

    Args:
        time: `(n_cases,)`.
        event: `(n_cases,)`, 1, or 0 = censored.
        risk: `(n_cases,)`, probability of an event by the horizon.
        threshold: probability in [0, 1) from which one acts.
        horizon: in the unit of the times.

    Raises:
        UndefinedMetricError: if nobody acted on, or nobody at all, was followed until the horizon.

    References:
        Vickers AJ, Cronin AM, Elkin EB, Gonen M. Extensions to decision curve analysis. BMC
        Medical Informatics and Decision Making 2008;8:53. Section "Censored data".

    Example:
        >>> time, event = np.array([1.0, 2, 3, 4]), np.array([1.0, 0, 1, 0])
        >>> net_benefit_at(time, event, np.array([0.9, 0.1, 0.8, 0.2]), 0.2, 1.5).model
        0.1875
    """
    targets = np.stack([time, event], axis=1)
    acted = risk >= max(threshold, HAIR)
    share = float(acted.mean())
    found = share * risk_by(targets[acted], horizon) if acted.any() else 0.0
    sums = np.array([1.0, risk_by(targets, horizon), found, share])
    return weigh(sums, threshold, None, 0.0)


def risk_by(targets: Matrix, horizon: float) -> float:
    """Return the share of cases that had the event by the horizon.

    Raises:
        UndefinedMetricError: if nobody was followed so long, even if all had the event before,
            as R's dcurves has it.
    """
    if targets[:, 0].max() < horizon:
        raise UndefinedMetricError("needs a case that was followed until the horizon")
    return 1.0 - estimate_survival(targets).at(horizon)

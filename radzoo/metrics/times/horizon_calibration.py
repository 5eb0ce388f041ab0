"""Are the predicted risks of an event by a horizon what happens?"""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Matrix, Vector
from radzoo.metrics.times.kaplan_meier import Survival, estimate_survival


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """Cases of similar predicted risk; `observed` is None where nobody was followed so long."""

    n: int
    predicted: float
    observed: float | None
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """All cases, and groups of them by rising predicted risk."""

    everyone: RiskGroup
    groups: tuple[RiskGroup, ...]

    @property
    def oe_ratio(self) -> float | None:
        """Observed over predicted risk; above 1 more events come than were predicted."""
        whole = self.everyone
        if whole.observed is None or not whole.predicted > 0:
            return None
        return whole.observed / whole.predicted


def compare_risks(
    targets: Matrix, risks: Vector, *, horizon: float, n_groups: int = 4, level: float = 0.95
) -> Agreement:
    """Compare predicted risks with the share of events by Kaplan and Meier.

    Groups are cut at quantiles of the predicted risk (type 7 of R, equal risks stay together).

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored; not empty.
        risks: `(n_cases,)`, probability of an event by the horizon.
        horizon: in the unit of the times.
        n_groups: how many groups; fewer if many risks are equal.
        level: of the intervals.

    References:
        Royston P, Altman DG. External validation of a Cox prognostic model. BMC Medical
        Research Methodology 2013;13:33. Section "Calibration".
    """
    cuts = np.unique(np.quantile(risks, np.linspace(0, 1, n_groups + 1)[1:-1]))
    group = np.searchsorted(cuts, risks, "left")
    members = [group == at for at in np.unique(group)]
    return Agreement(
        describe(targets, risks, horizon, level),
        tuple(describe(targets[rows], risks[rows], horizon, level) for rows in members),
    )


def describe(targets: Matrix, risks: Vector, horizon: float, level: float) -> RiskGroup:
    """Describe one group."""
    curve = estimate_survival(targets)
    predicted = float(risks.mean())
    try:
        observed = 1.0 - curve.at(horizon)
    except UndefinedMetricError:
        return RiskGroup(len(risks), predicted, None, None)
    return RiskGroup(len(risks), predicted, observed, turn_round(curve, horizon, level))


def turn_round(curve: Survival, horizon: float, level: float) -> Bounds | None:
    """Return the interval of the share with the event; None where there is none."""
    try:
        bounds = curve.bounds_at(horizon, level)
    except UndefinedMetricError:
        return None
    return Bounds(1.0 - bounds.high, 1.0 - bounds.low)

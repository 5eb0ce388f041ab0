"""Cox's proportional hazards with a quadratic penalty, Efron's way with ties."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix
from radzoo.models.classical.estimator import Estimator, Fitted, Rows

Vector = NDArray[np.float64]
MOST_STEPS = 500


def fit(rows: Rows, targets: Matrix, value: float, n_classes: int, seed: int) -> Fitted:
    """Fit it; `value` is the penalty of half the squared coefficients, per event.

    Args:
        rows: `(n, k)`, standardised.
        targets: `(n, 2)`, time and event 0 or 1.
        value: the penalty.
        n_classes: unused.
        seed: unused.

    Returns:
        A function to risks `(n, 1)`: linear predictors, higher = earlier event.
    """
    from scipy.optimize import minimize

    times, events = targets[:, 0], targets[:, 1]
    n_events = max(1.0, events.sum())

    def objective(coefficients: Vector) -> tuple[float, Vector]:
        loss, slope = negative_log_likelihood(rows @ coefficients, times, events)
        return (
            loss / n_events + value / 2 * float(coefficients @ coefficients),
            rows.T @ slope / n_events + value * coefficients,
        )

    found = minimize(
        objective, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B",
        options={"maxiter": MOST_STEPS},
    )  # fmt: skip
    return lambda asked: (asked @ found.x)[:, None]


def negative_log_likelihood(risks: Vector, times: Vector, events: Vector) -> tuple[float, Vector]:
    """Return minus Efron's partial log-likelihood and its slope in the risks.

    Args:
        risks: linear predictors `(n,)`.
        times: `(n,)`.
        events: `(n,)`, 0 or 1.

    References:
        Efron B. The Efficiency of Cox's Likelihood Function for Censored Data. JASA
        1977;72:557-565.
    """
    order = np.argsort(-times, kind="stable")
    risks, times, events = risks[order], times[order], events[order]
    shift = risks.max()
    hazards = np.exp(risks - shift)
    at_risk = np.cumsum(hazards)
    # Ties lie together: a group's own sum of hazards is at its last member.
    _, group, sizes = np.unique(-times, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes) - 1
    total = at_risk[ends]
    died = np.bincount(group, weights=events * hazards, minlength=len(ends))
    n_died = np.bincount(group, weights=events, minlength=len(ends)).astype(int)
    loss = -float(events @ (risks - shift))
    every, of_dead = np.zeros(len(ends)), np.zeros(len(ends))
    for number in np.flatnonzero(n_died):
        shares = np.arange(n_died[number]) / n_died[number]
        left = total[number] - shares * died[number]
        loss += float(np.log(left).sum())
        every[number], of_dead[number] = (1 / left).sum(), (shares / left).sum()
    # A case is at risk in its own group and in all earlier ones, which come later here.
    reached = np.cumsum(every[::-1])[::-1]
    slope = hazards * reached[group] - events * (1 + hazards * of_dead[group])
    back = np.empty_like(slope)
    back[order] = slope
    return loss, back


ESTIMATOR = Estimator(
    name="cox",
    reads=frozenset({"times"}),
    setting="penalty",
    values=(10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01),
    fit=fit,
)

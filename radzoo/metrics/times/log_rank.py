"""Do groups of cases have their events at the same rate?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix
from radzoo.metrics.times.steps import make_steps


@dataclass(frozen=True, slots=True)
class LogRank:
    """Chi-squared of all groups being alike, its degrees of freedom, and p."""

    statistic: float
    degrees_of_freedom: int
    p: float


def compare_groups(targets: Matrix, groups: NDArray[np.intp]) -> LogRank:
    """Compare the events of each group with those expected if all groups were alike.

    Args:
        targets: `(n_cases, 2)`, time and event 1, or 0 = censored.
        groups: `(n_cases,)`, 0, 1, ...; each has a case.

    Raises:
        UndefinedMetricError: with fewer than two groups, or no event while two are followed.

    References:
        Mantel N. Evaluation of survival data and two new rank order statistics arising in its
        consideration. Cancer Chemotherapy Reports 1966;50:163-170. As R's `survdiff`.
    """
    from scipy.special import chdtrc

    n_groups = int(groups.max(initial=-1)) + 1
    if n_groups < 2:
        raise UndefinedMetricError("needs two groups")
    steps = make_steps(targets[:, 0])
    member = (groups == np.arange(n_groups)[:, None]).astype(np.float64)
    died = steps.add(targets[:, 1])
    here = died > 0
    at_risk, died = steps.add_from(np.ones(len(groups)))[here], died[here]
    share = steps.add_from(member)[:, here] / at_risk
    excess = member @ targets[:, 1] - share @ died
    spread = died * (at_risk - died) / np.maximum(at_risk - 1, 1)
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    # The excesses add up to 0: one of them is known from the others.
    excess, covariance = excess[1:], covariance[1:, 1:]
    rank = int(np.linalg.matrix_rank(covariance)) if covariance.size else 0
    if not rank:
        raise UndefinedMetricError("needs an event while cases of two groups are followed")
    statistic = float(excess @ np.linalg.pinv(covariance) @ excess)
    return LogRank(statistic, rank, float(chdtrc(rank, statistic)))

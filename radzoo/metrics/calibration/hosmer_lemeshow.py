"""The test of Hosmer and Lemeshow: only for who must report it, since it depends on the groups."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.bins import fill_bins
from radzoo.metrics.calibration.chi_squared import chi_squared_tail


@dataclass(frozen=True, slots=True)
class HosmerLemeshow:
    """The statistic and its p.

    Attributes:
        groups: groups that hold a case.
        p: with as many degrees of freedom as groups, for cases that nothing was fitted on.
        p_fitted: with two fewer, for the cases that the model was fitted on; None below three
            groups.
    """

    statistic: float
    groups: int
    p: float
    p_fitted: float | None


def hosmer_lemeshow(targets: Vector, scores: Vector, groups: int = 10) -> HosmerLemeshow:
    """Compare observed and expected counts in groups between quantiles of the scores.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        groups: wanted number; equal quantiles make fewer.

    Raises:
        UndefinedMetricError: if there are fewer than two groups, or one expects nothing.

    References:
        Hosmer DW, Lemeshow S. Goodness of fit tests for the multiple logistic regression
        model. Communications in Statistics A 1980;9:1043-1069.
    """
    if not scores.size:
        raise UndefinedMetricError("needs a case")
    edges = np.unique(np.quantile(scores, np.linspace(0, 1, groups + 1)))
    n_groups = len(edges) - 1
    if n_groups < 2:
        raise UndefinedMetricError("needs scores that differ")
    numbers = np.clip(np.searchsorted(edges, scores, side="left") - 1, 0, n_groups - 1)
    bins = fill_bins(targets, scores, numbers, None, n_groups)
    expected = bins.counts * np.stack([bins.mean_scores, 1 - bins.mean_scores])
    observed = bins.counts * np.stack([bins.observed, 1 - bins.observed])
    if not np.all(expected > 0):
        raise UndefinedMetricError("a group expects no case with, or none without, the finding")
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return HosmerLemeshow(
        statistic,
        n_groups,
        chi_squared_tail(statistic, n_groups),
        chi_squared_tail(statistic, n_groups - 2) if n_groups > 2 else None,
    )

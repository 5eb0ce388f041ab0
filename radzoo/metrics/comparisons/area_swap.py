"""Swap test: would the AUROCs differ as much if the two scores of each patient were exchanged?"""

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.metrics.comparisons.pair import Pair
from radzoo.metrics.comparisons.sign_flips import FlipTest, flip_signs


def swap_areas(pair: Pair, *, seed: int) -> FlipTest:
    """Test the difference of two AUROCs by exchanging both scores of whole patients.

    If the models are equally good at the same cases, it does not matter which score comes
    from which; this holds for any number of cases and for areas of 0 and 1. Scores are
    replaced by their ranks, so that models may have different scales. Each exchange changes
    the difference by a sum over patients, so that no area is computed again.

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Bandos AI, Rockette HE, Gur D. A permutation test sensitive to differences in areas
        for comparing ROC curves from a paired design. Statistics in Medicine
        2005;24:2873-2893.
    """
    return flip_signs(sum_by_unit(pair, swap_terms(pair)), seed=seed)


def sum_by_unit(pair: Pair, terms: Vector) -> Vector:
    """Add up what the cases of each patient contribute."""
    return np.bincount(pair.units, terms, pair.n_units).astype(np.float64)


def swap_terms(pair: Pair) -> Vector:
    """Return what each case adds to the difference, and takes from it if its scores are swapped.

    With a and b the ranks by both models, a diseased case i and a healthy case j add
    (D + E) / 2 as often as i keeps its scores and (D - E) / 2 as often as j does, where D is
    [a_i > a_j] - [b_i > b_j] and E is [a_i > b_j] - [b_i > a_j], equal ranks counting half.
    """
    diseased = pair.targets == 1
    first, second = rank(pair.first), rank(pair.second)
    terms = np.empty(len(diseased))
    for ours, theirs, sign in ((diseased, ~diseased, 1.0), (~diseased, diseased, -1.0)):
        one, other = first[ours], second[ours]
        # For a healthy case the share of the diseased that lie below it counts against.
        rivals = share_below(first[theirs], one), share_below(second[theirs], other)
        across = share_below(second[theirs], one), share_below(first[theirs], other)
        unswapped, swapped = rivals[0] - rivals[1], across[0] - across[1]
        terms[ours] = sign * (unswapped + swapped) / 2 / ours.sum()
    return terms


def rank(values: Vector) -> Vector:
    """Return ranks, equal values sharing the mean of theirs."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[at])


def share_below(others: Vector, values: Vector) -> Vector:
    """Return which share of the others lies below each value, equal ones half."""
    rising = np.sort(others)
    below = np.searchsorted(rising, values, "left") + np.searchsorted(rising, values, "right")
    return np.asarray(below / 2 / len(rising))

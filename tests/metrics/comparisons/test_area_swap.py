from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from radzoo.metrics.auroc import auroc
from radzoo.metrics.comparisons.area_swap import rank, share_below, swap_areas
from radzoo.metrics.comparisons.pair import make_pair

CASES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=7
)


def by_trying(targets, first, second, units):
    """Exchange ranks in every way and compute both areas again."""
    ours, theirs = rank(first), rank(second)
    observed = abs(auroc(targets, ours) - auroc(targets, theirs))
    found = []
    for chosen in product([False, True], repeat=max(units) + 1):
        swap = np.array(chosen)[units]
        one, other = np.where(swap, theirs, ours), np.where(swap, ours, theirs)
        found.append(abs(auroc(targets, one) - auroc(targets, other)) >= observed - 1e-9)
    return np.mean(found)


@given(CASES, st.booleans())
@settings(max_examples=40)
def test_equals_every_exchange(cases, in_pairs):
    targets, first, second = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < len(targets))
    units = np.arange(len(targets)) // (2 if in_pairs else 1)
    pair = make_pair(targets, first, second, patients=[f"p{unit}" for unit in units])
    expected = by_trying(targets, first, second, units)
    assert swap_areas(pair, seed=0).p == pytest.approx(expected)


@given(CASES)
def test_only_the_order_of_scores_matters(cases):
    targets, first, second = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < len(targets))
    plain = swap_areas(make_pair(targets, first, second), seed=0)
    assert swap_areas(make_pair(targets, np.exp(first), 7 * second - 3), seed=0) == plain


def test_ranks_share_ties():
    np.testing.assert_array_equal(rank(np.array([3.0, 1, 3, 2])), [3.5, 1, 3.5, 2])
    np.testing.assert_array_equal(
        share_below(np.array([1.0, 2, 2, 5]), np.array([0.0, 2, 6])), [0, 0.5, 1]
    )

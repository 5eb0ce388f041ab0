import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from radzoo.metrics.calibration.brier_parts import split_by_bins, split_by_corp
from radzoo.metrics.calibration.levels import collapse
from radzoo.metrics.calibration.monotone import pool

CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=60)


@given(CASES)
def test_it_equals_sklearns(cases):
    targets, scores = np.array(cases, dtype=float).T
    levels = collapse(targets, scores)
    theirs = IsotonicRegression().fit(scores, targets).predict(levels.scores)
    np.testing.assert_allclose(pool(levels), theirs, atol=1e-12)


def test_many_cases():
    chance = np.random.default_rng(2)
    scores = chance.random(30_000)
    targets = (chance.random(30_000) < scores**2).astype(float)
    theirs = IsotonicRegression().fit(scores, targets).predict(np.sort(scores))
    np.testing.assert_allclose(pool(collapse(targets, scores)), theirs, atol=1e-12)


@given(CASES)
def test_both_splits_add_up_to_the_brier_score(cases):
    targets, scores = np.array(cases, dtype=float).T
    scores = scores / 12
    parts = split_by_corp(targets, scores)
    brier = np.mean((targets - scores) ** 2)
    total = parts.miscalibration - parts.discrimination + parts.uncertainty
    assert parts.brier == pytest.approx(brier, abs=1e-15)
    assert total == pytest.approx(brier, abs=1e-12)
    assert min(parts.miscalibration, parts.discrimination) >= -1e-12
    assert split_by_bins(targets, scores).sum_of_five == pytest.approx(brier, abs=1e-12)


def test_corp_by_hand():
    # Best rising curve of 0, 1, 0, 1: 0, 1/2, 1/2, 1, whose Brier score is 1/8.
    parts = split_by_corp(np.array([0.0, 1, 0, 1]), np.array([0.2, 0.4, 0.6, 0.8]))
    assert parts.miscalibration == pytest.approx((0.04 + 0.36 + 0.36 + 0.04) / 4 - 0.125)
    assert parts.discrimination == pytest.approx(0.25 - 0.125)

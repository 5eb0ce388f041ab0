import numpy as np
import pytest

from radzoo.metrics.roc import count_by_threshold, draw_roc


def test_counts_at_each_distinct_score():
    counts = count_by_threshold(np.array([0.0, 1, 0, 1]), np.array([1.0, 2, 2, 3]))
    np.testing.assert_array_equal(counts.thresholds, [3, 2, 1])
    np.testing.assert_array_equal(counts.true_positives, [1, 2, 2])
    np.testing.assert_array_equal(counts.false_positives, [0, 1, 2])
    np.testing.assert_array_equal(counts.sensitivity, [0.5, 1, 1])
    np.testing.assert_array_equal(counts.specificity, [1, 0.5, 0])


def test_the_curve_keeps_its_corners_only():
    targets, scores = np.array([0.0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 5, 3, 4, 6])
    x, y = draw_roc(targets, scores)
    np.testing.assert_allclose(x, [0, 0, 1 / 3, 1 / 3, 1])
    np.testing.assert_allclose(y, [0, 1 / 3, 1 / 3, 1, 1])


def test_a_long_curve_is_thinned_but_keeps_its_area():
    chance = np.random.default_rng(2)
    targets = (chance.random(20_000) < 0.3).astype(float)
    scores = chance.normal(size=20_000) + targets
    x, y = draw_roc(targets, scores, most=300)
    full_x, full_y = draw_roc(targets, scores, most=10**9)
    assert len(x) <= 300 < len(full_x)
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(y, x) == pytest.approx(np.trapezoid(full_y, full_x), abs=1e-3)

import numpy as np

from radzoo.metrics.roc import count_by_threshold, find_points


def test_counts_at_each_distinct_score():
    counts = count_by_threshold(np.array([0.0, 1, 0, 1]), np.array([1.0, 2, 2, 3]))
    np.testing.assert_array_equal(counts.thresholds, [3, 2, 1])
    np.testing.assert_array_equal(counts.true_positives, [1, 2, 2])
    np.testing.assert_array_equal(counts.false_positives, [0, 1, 2])
    np.testing.assert_array_equal(counts.sensitivity, [0.5, 1, 1])
    np.testing.assert_array_equal(counts.specificity, [1, 0.5, 0])


def test_points_begin_where_nobody_is_called():
    x, y = find_points(count_by_threshold(np.array([0.0, 1, 0, 1]), np.array([1.0, 2, 2, 3])))
    np.testing.assert_array_equal(x, [0, 0, 0.5, 1])
    np.testing.assert_array_equal(y, [0, 0.5, 1, 1])

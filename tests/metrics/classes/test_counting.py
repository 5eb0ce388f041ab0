import numpy as np

from radzoo.metrics.classes.counting import call_classes, count_confusion


def test_confusion_has_truth_in_rows():
    counts = count_confusion(np.array([0.0, 0, 2]), np.array([1.0, 1, 0]), 3)
    assert counts.tolist() == [[0, 2, 0], [0, 0, 0], [1, 0, 0]]


def test_of_equal_scores_the_first_class_is_called():
    assert call_classes(np.array([[0.2, 0.4, 0.4], [0.0, 0.0, 1.0]])).tolist() == [1, 2]

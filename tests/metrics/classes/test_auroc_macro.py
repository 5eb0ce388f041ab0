import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.auroc_macro import auroc_macro

TARGETS = np.array([0.0, 0, 1, 1, 2])
SCORES = np.array(
    [[0.6, 0.2, 0.2], [0.1, 0.5, 0.4], [0.3, 0.4, 0.3], [0.2, 0.6, 0.2], [0.1, 0.1, 0.8]]
)


def test_worked_by_hand():
    assert auroc_macro(TARGETS, SCORES) == pytest.approx((3.5 / 6 + 5 / 6 + 1) / 3, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 2, 1, 1, 2])
    repeated = auroc_macro(np.repeat(TARGETS, times), np.repeat(SCORES, times, axis=0))
    assert auroc_macro(TARGETS, SCORES, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


def test_one_class_only_is_undefined():
    with pytest.raises(UndefinedMetricError, match="two classes"):
        auroc_macro(np.zeros(3), SCORES)


def test_only_the_order_of_scores_matters():
    assert auroc_macro(TARGETS, np.exp(SCORES)) == auroc_macro(TARGETS, SCORES)


def test_a_class_that_does_not_occur_is_not_averaged():
    wider = np.column_stack([SCORES, np.ones(len(SCORES))])
    assert auroc_macro(TARGETS, wider) == auroc_macro(TARGETS, SCORES)


def test_a_class_that_a_draw_lacks_makes_it_undefined():
    without = np.where(TARGETS == 2, 0.0, 1.0)
    with pytest.raises(UndefinedMetricError):
        auroc_macro(TARGETS, SCORES, without)

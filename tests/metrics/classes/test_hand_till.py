import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.hand_till import hand_till, many

TARGETS = np.array([0.0, 0, 1, 1, 2])
SCORES = np.array(
    [[0.6, 0.2, 0.2], [0.1, 0.5, 0.4], [0.3, 0.4, 0.3], [0.2, 0.6, 0.2], [0.1, 0.1, 0.8]]
)


def test_worked_by_hand():
    assert hand_till(TARGETS, SCORES) == pytest.approx((2 / 4 + 1.5 / 2 + 3 / 4 + 3) / 6, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 2, 1, 1, 2])
    repeated = hand_till(np.repeat(TARGETS, times), np.repeat(SCORES, times, axis=0))
    assert hand_till(TARGETS, SCORES, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


def test_one_class_only_is_undefined():
    with pytest.raises(UndefinedMetricError, match="two classes"):
        hand_till(np.zeros(3), SCORES)


def test_only_the_order_of_scores_matters():
    assert hand_till(TARGETS, np.exp(SCORES)) == hand_till(TARGETS, SCORES)


def test_a_class_that_does_not_occur_is_not_averaged():
    wider = np.column_stack([SCORES, np.ones(len(SCORES))])
    assert hand_till(TARGETS, wider) == hand_till(TARGETS, SCORES)


def test_a_class_that_a_draw_lacks_makes_it_undefined():
    without = np.where(TARGETS == 2, 0.0, 1.0)
    with pytest.raises(UndefinedMetricError):
        hand_till(TARGETS, SCORES, without)


def test_cases_of_one_class_have_no_draws():
    with pytest.raises(UndefinedMetricError, match="needs cases of two classes"):
        many(np.zeros(3), np.full((3, 2), 0.5))

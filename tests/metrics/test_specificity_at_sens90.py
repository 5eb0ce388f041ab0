import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.specificity_at_sens90 import specificity_at_sens90

# Twenty diseased cases score 1 to 20; healthy ones score between the lowest of them.
TARGETS = np.array([1.0] * 20 + [0.0] * 4)
SCORES = np.append(np.arange(1.0, 21), [0.5, 1.5, 2.5, 3.5])


def test_worked_by_hand():
    # Two of twenty may be missed.
    assert specificity_at_sens90(TARGETS, SCORES) == 0.75


def test_weights_count_cases():
    weights = np.append(np.ones(20), [1.0, 5, 1, 1])
    assert specificity_at_sens90(TARGETS, SCORES, weights) == 7 / 8


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError):
        specificity_at_sens90(np.full(4, target), np.arange(4.0))

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.sensitivity_at_spec90 import sensitivity_at_spec90

# Twenty healthy cases score 1 to 20; diseased ones score between the highest of them.
TARGETS = np.array([0.0] * 20 + [1.0] * 4)
SCORES = np.append(np.arange(1.0, 21), [17.5, 18.5, 19.5, 20.5])


def test_worked_by_hand():
    # Two of twenty may be alarms.
    assert sensitivity_at_spec90(TARGETS, SCORES) == 0.75


def test_weights_count_cases():
    weights = np.append(np.ones(20), [1.0, 1, 5, 1])
    assert sensitivity_at_spec90(TARGETS, SCORES, weights) == 7 / 8


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError):
        sensitivity_at_spec90(np.full(4, target), np.arange(4.0))

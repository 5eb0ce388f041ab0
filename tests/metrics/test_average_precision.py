import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.average_precision import average_precision


@pytest.mark.parametrize(
    ("targets", "scores", "expected"),
    [
        pytest.param([0, 0, 1, 1], [1, 2, 3, 4], 1.0, id="perfect"),
        pytest.param([1, 0, 1, 0], [4, 3, 2, 1], (1 + 2 / 3) / 2, id="found first and third"),
        pytest.param([1, 1, 0, 0], [1, 2, 3, 4], (1 / 3 + 2 / 4) / 2, id="found last"),
        pytest.param([1, 0, 0, 0], [5, 5, 5, 5], 0.25, id="all tied: the prevalence"),
        pytest.param([1, 0, 1], [2, 2, 1], (1 / 2 + 2 / 3) / 2, id="a tie is called together"),
    ],
)
def test_worked_by_hand(targets, scores, expected):
    value = average_precision(np.array(targets, dtype=float), np.array(scores, dtype=float))
    assert value == pytest.approx(expected, abs=1e-15)


def test_cases_that_count_nothing_at_the_top():
    targets, scores = np.array([1.0, 0, 1]), np.array([3.0, 2, 1])
    value = average_precision(targets, scores, np.array([0.0, 1, 1]))
    assert value == average_precision(targets[1:], scores[1:]) == 0.5


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError):
        average_precision(np.full(5, target), np.arange(5.0))

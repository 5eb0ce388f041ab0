import math

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.log_loss import log_loss


@pytest.mark.parametrize(
    ("targets", "scores", "expected"),
    [
        pytest.param([0, 1], [0.5, 0.5], math.log(2), id="undecided"),
        pytest.param([0, 1], [0.25, 0.75], -math.log(0.75), id="mild and right"),
        pytest.param([1, 1], [0.25, 0.5], (math.log(4) + math.log(2)) / 2, id="mean of two"),
        pytest.param([0, 1], [1, 0], 12 * math.log(10), id="certain errors are finite"),
    ],
)
def test_worked_by_hand(targets, scores, expected):
    value = log_loss(np.array(targets, dtype=float), np.array(scores, dtype=float))
    assert value == pytest.approx(expected, rel=1e-4)


def test_perfect_is_zero():
    assert log_loss(np.array([0.0, 1]), np.array([0.0, 1])) == pytest.approx(0, abs=1e-11)


def test_no_case_is_undefined():
    with pytest.raises(UndefinedMetricError):
        log_loss(np.empty(0), np.empty(0))

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.times.harrell_c import harrell_c, influence_on_harrell_c


def times(*cases):
    return np.array([(abs(time), time > 0) for time in cases], dtype=float)


@pytest.mark.parametrize(
    ("cases", "scores", "expected"),
    [
        pytest.param([1, 2, 3], [3, 2, 1], 1.0, id="perfect"),
        pytest.param([1, 2, 3], [1, 2, 3], 0.0, id="the wrong way round"),
        pytest.param([1, 2, 3], [5, 5, 5], 0.5, id="all scores the same"),
        pytest.param([1, 2, 3, -4], [4, 3, 1, 2], 5 / 6, id="one pair of six is wrong"),
        pytest.param([-1, 2, 3], [0, 2, 1], 1.0, id="censored first: in no pair"),
        pytest.param([2, -2], [1, 0], 1.0, id="censored at the time of an event: later"),
        pytest.param([2, 2, 3], [1, 0, 0.5], 0.5, id="two events at one time: no pair"),
    ],
)
def test_worked_by_hand(cases, scores, expected):
    assert harrell_c(times(*cases), np.array(scores, dtype=float)) == pytest.approx(expected)


@pytest.mark.parametrize("cases", [[], [3], [-1, -2], [2, 2], [-1, 2]])
def test_without_pairs_it_is_undefined(cases):
    targets = times(*cases).reshape(-1, 2)
    scores = np.arange(float(len(cases)))
    with pytest.raises(UndefinedMetricError, match="followed for longer"):
        harrell_c(targets, scores)
    with pytest.raises(UndefinedMetricError):
        influence_on_harrell_c(targets, scores)

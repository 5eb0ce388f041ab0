import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.times.uno_c import default_tau, uno_c

# One in four is censored at 2: later events count 1 / (2/3)**2 = 9/4 times.
TARGETS = np.array([[1.0, 1], [2, 0], [3, 1], [4, 1]])


@pytest.mark.parametrize(
    ("scores", "tau", "expected"),
    [
        pytest.param([4, 3, 2, 1], 4.0, 1.0, id="perfect"),
        pytest.param([4, 1, 2, 3], 4.0, 3 / (3 + 9 / 4), id="the late pair is wrong"),
        pytest.param([4, 1, 2, 3], 2.9, 1.0, id="the late pair comes after tau"),
        pytest.param([4, 1, 2, 3], 3.0, 3 / (3 + 9 / 4), id="an event at tau counts"),
    ],
)
def test_worked_by_hand(scores, tau, expected):
    assert uno_c(TARGETS, np.array(scores, dtype=float), tau=tau) == pytest.approx(expected)


def test_tau_is_where_a_fifth_is_still_followed():
    # The 80 % quantile of 1..11 is 9: from there on three of eleven are followed.
    targets = np.stack([np.arange(1.0, 12), np.ones(11)], axis=1)
    assert default_tau(targets) == 9.0
    assert default_tau(np.repeat(targets, 2, axis=0)) == default_tau(targets, np.full(11, 2.0))


def test_without_cases_or_events_it_is_undefined():
    with pytest.raises(UndefinedMetricError):
        uno_c(np.empty((0, 2)), np.empty(0))
    with pytest.raises(UndefinedMetricError):
        uno_c(TARGETS * [1, 0], np.arange(4.0), tau=3.0)

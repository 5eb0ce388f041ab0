import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.times.brier_at import brier_at

# The event at 3 counts 3/2 times, and so does who was followed beyond it.
TARGETS = np.array([[1.0, 1], [2, 0], [3, 1], [4, 0]])


@pytest.mark.parametrize(
    ("risks", "horizon", "expected"),
    [
        pytest.param([1, 0.5, 1, 0], 3.0, 0.0, id="perfect"),
        pytest.param([0, 0.5, 0, 1], 3.0, 1.0, id="certain and wrong"),
        pytest.param([0.5] * 4, 3.0, 0.25, id="one half for all"),
        pytest.param([1, 0.5, 0, 0], 3.0, 1.5 / 4, id="the event that counts more is missed"),
        pytest.param([0, 0, 0, 0], 1.0, 1 / 4, id="before anybody was censored"),
    ],
)
def test_worked_by_hand(risks, horizon, expected):
    found = brier_at(TARGETS, np.array(risks, dtype=float), horizon=horizon)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("horizon", [0.5, 4.0])
def test_a_side_without_cases_is_undefined(horizon):
    with pytest.raises(UndefinedMetricError, match="by the horizon"):
        brier_at(TARGETS, np.full(4, 0.5), horizon=horizon)

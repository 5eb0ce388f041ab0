import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.times.ipa_at import ipa_at

# Kaplan and Meier's risk by 3 is 1 - 3/4 * 1/2 = 5/8; its Brier score 5/8 * 3/8.
TARGETS = np.array([[1.0, 1], [2, 0], [3, 1], [4, 0]])


@pytest.mark.parametrize(
    ("risks", "expected"),
    [
        pytest.param([1, 0.5, 1, 0], 1.0, id="perfect"),
        pytest.param([5 / 8] * 4, 0.0, id="the risk of all"),
        pytest.param([0.5] * 4, 1 - 0.25 * 64 / 15, id="worse than the risk of all"),
    ],
)
def test_worked_by_hand(risks, expected):
    found = ipa_at(TARGETS, np.array(risks, dtype=float), horizon=3.0)
    assert found == pytest.approx(expected)


def test_a_side_without_cases_is_undefined():
    with pytest.raises(UndefinedMetricError):
        ipa_at(TARGETS, np.full(4, 0.5), horizon=4.0)

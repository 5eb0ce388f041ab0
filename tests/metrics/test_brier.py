import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.brier import brier


@pytest.mark.parametrize(
    ("targets", "scores", "expected"),
    [
        pytest.param([0, 1], [0, 1], 0.0, id="perfect"),
        pytest.param([0, 1], [1, 0], 1.0, id="certain and wrong"),
        pytest.param([0, 1, 1, 1], [0.5] * 4, 0.25, id="undecided"),
        pytest.param([0, 1], [0.2, 0.6], (0.04 + 0.16) / 2, id="two errors"),
        pytest.param([1], [0.9], 0.01, id="one case is enough"),
    ],
)
def test_worked_by_hand(targets, scores, expected):
    assert brier(np.array(targets, dtype=float), np.array(scores)) == pytest.approx(expected)


def test_no_case_is_undefined():
    with pytest.raises(UndefinedMetricError):
        brier(np.empty(0), np.empty(0))

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.values.upper_limit import upper_limit

TARGETS = np.array([1.0, 2, 3, 4])
SCORES = np.array([1.5, 2, 4, 4.5])


def test_worked_by_hand():
    assert upper_limit(TARGETS, SCORES) == pytest.approx(
        0.5 + 1.959963984540054 * (0.5 / 3) ** 0.5, abs=1e-14
    )


def test_weights_count_cases():
    times = np.array([1, 3, 2, 1])
    repeated = upper_limit(np.repeat(TARGETS, times), np.repeat(SCORES, times))
    assert upper_limit(TARGETS, SCORES, times.astype(float)) == pytest.approx(repeated, abs=1e-13)


def test_a_large_offset_costs_no_digits():
    moved = upper_limit(TARGETS + 1e6, SCORES + 1e6)
    assert moved == pytest.approx(upper_limit(TARGETS, SCORES), abs=1e-9)


@pytest.mark.parametrize(
    ("targets", "scores"),
    [
        pytest.param([], [], id="no case"),
        pytest.param([1], [2], id="one case"),
    ],
)
def test_what_does_not_exist(targets, scores):
    with pytest.raises(UndefinedMetricError):
        upper_limit(np.array(targets, dtype=float), np.array(scores, dtype=float))

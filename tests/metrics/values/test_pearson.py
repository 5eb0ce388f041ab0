import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.values.pearson import pearson

TARGETS = np.array([1.0, 2, 3, 4])
SCORES = np.array([1.5, 2, 4, 4.5])


def test_worked_by_hand():
    assert pearson(TARGETS, SCORES) == pytest.approx(1.375 / (1.25 * 1.625) ** 0.5, abs=1e-14)


def test_weights_count_cases():
    times = np.array([1, 3, 2, 1])
    repeated = pearson(np.repeat(TARGETS, times), np.repeat(SCORES, times))
    assert pearson(TARGETS, SCORES, times.astype(float)) == pytest.approx(repeated, abs=1e-13)


def test_a_large_offset_costs_no_digits():
    moved = pearson(TARGETS + 1e6, SCORES + 1e6)
    assert moved == pytest.approx(pearson(TARGETS, SCORES), abs=1e-9)


@pytest.mark.parametrize(
    ("targets", "scores"),
    [
        pytest.param([], [], id="no case"),
        pytest.param([1, 2, 3], [0.1, 0.1, 0.1], id="scores do not vary"),
        pytest.param([0.1, 0.1, 0.1], [1, 2, 3], id="targets do not vary"),
    ],
)
def test_what_does_not_exist(targets, scores):
    with pytest.raises(UndefinedMetricError):
        pearson(np.array(targets, dtype=float), np.array(scores, dtype=float))

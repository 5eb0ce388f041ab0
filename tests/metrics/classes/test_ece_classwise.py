import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.ece_classwise import ece_classwise

TARGETS = np.array([0.0, 1, 1])
SCORES = np.array([[0.75, 0.25, 0.0], [0.75, 0.25, 0.0], [0.0, 0.5, 0.5]])


def test_worked_by_hand():
    assert ece_classwise(TARGETS, SCORES) == pytest.approx((0.5 + 1 + 0.5) / 3 / 3, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 3, 2])
    repeated = ece_classwise(np.repeat(TARGETS, times), np.repeat(SCORES, times, axis=0))
    assert ece_classwise(TARGETS, SCORES, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param([[0.5, 0.4]], id="sum below 1"),
        pytest.param([[1.5, -0.5]], id="outside 0 to 1"),
        pytest.param(np.empty((0, 2)), id="no case"),
    ],
)
def test_what_are_no_probabilities(scores):
    scores = np.array(scores)
    with pytest.raises(UndefinedMetricError):
        ece_classwise(np.zeros(len(scores)), scores)


def test_rounded_probabilities_will_do():
    assert ece_classwise(np.array([0.0]), np.array([[0.999, 0.0]])) < 0.01

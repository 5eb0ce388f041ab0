import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.log_loss import log_loss

TARGETS = np.array([0.0, 1, 2])
SCORES = np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])


def test_worked_by_hand():
    assert log_loss(TARGETS, SCORES) == pytest.approx(2 * np.log(2) / 3, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 3, 2])
    repeated = log_loss(np.repeat(TARGETS, times), np.repeat(SCORES, times, axis=0))
    assert log_loss(TARGETS, SCORES, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


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
        log_loss(np.zeros(len(scores)), scores)


def test_rounded_probabilities_will_do():
    assert log_loss(np.array([0.0]), np.array([[0.999, 0.0]])) < 0.01


def test_a_certain_error_costs_much_and_not_everything():
    assert log_loss(np.array([0.0]), np.array([[0.0, 1.0]])) == pytest.approx(-np.log(1e-12))

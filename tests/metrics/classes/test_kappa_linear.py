import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.kappa_linear import kappa_linear

# True class (rows) and called class (columns): [[3, 1, 0], [1, 2, 0], [1, 0, 2]].
TARGETS = np.array([0.0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
CALLED = np.array([0.0, 0, 0, 1, 0, 1, 1, 0, 2, 2])


def test_worked_by_hand():
    assert kappa_linear(TARGETS, CALLED) == pytest.approx(1 - 4 * 10 / 88, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 2, 0, 1, 1, 3, 1, 2, 1, 1])
    repeated = kappa_linear(np.repeat(TARGETS, times), np.repeat(CALLED, times))
    assert kappa_linear(TARGETS, CALLED, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


@pytest.mark.parametrize(
    ("targets", "called"),
    [
        pytest.param([], [], id="no case"),
        pytest.param([1, 1], [1, 1], id="one class only"),
    ],
)
def test_what_does_not_exist(targets, called):
    with pytest.raises(UndefinedMetricError):
        kappa_linear(np.array(targets, dtype=float), np.array(called, dtype=float))


def test_the_grades_between_count_and_not_the_classes_that_occur():
    targets, called = np.array([0.0, 0, 4, 4]), np.array([0.0, 1, 4, 3])
    assert kappa_linear(targets, called) == pytest.approx(1 - 2 * 4 / (2 * 8 + 2 * 8))

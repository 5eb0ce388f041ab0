import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.balanced_accuracy import balanced_accuracy

# True class (rows) and called class (columns): [[3, 1, 0], [1, 2, 0], [1, 0, 2]].
TARGETS = np.array([0.0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
CALLED = np.array([0.0, 0, 0, 1, 0, 1, 1, 0, 2, 2])


def test_worked_by_hand():
    assert balanced_accuracy(TARGETS, CALLED) == pytest.approx(
        (3 / 4 + 2 / 3 + 2 / 3) / 3, abs=1e-15
    )


def test_weights_count_cases():
    times = np.array([1, 2, 0, 1, 1, 3, 1, 2, 1, 1])
    repeated = balanced_accuracy(np.repeat(TARGETS, times), np.repeat(CALLED, times))
    assert balanced_accuracy(TARGETS, CALLED, times.astype(float)) == pytest.approx(
        repeated, abs=1e-15
    )


@pytest.mark.parametrize(
    ("targets", "called"),
    [
        pytest.param([], [], id="no case"),
    ],
)
def test_what_does_not_exist(targets, called):
    with pytest.raises(UndefinedMetricError):
        balanced_accuracy(np.array(targets, dtype=float), np.array(called, dtype=float))


def test_a_class_that_does_not_occur_is_not_averaged():
    assert balanced_accuracy(np.array([0.0, 0, 2]), np.array([0.0, 1, 2])) == 0.75


def test_a_class_that_a_draw_lacks_makes_it_undefined():
    with pytest.raises(UndefinedMetricError, match="every class"):
        balanced_accuracy(np.array([0.0, 1]), np.array([0.0, 1]), np.array([2.0, 0]))

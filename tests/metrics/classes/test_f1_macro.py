import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.f1_macro import f1_macro

# True class (rows) and called class (columns): [[3, 1, 0], [1, 2, 0], [1, 0, 2]].
TARGETS = np.array([0.0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
CALLED = np.array([0.0, 0, 0, 1, 0, 1, 1, 0, 2, 2])


def test_worked_by_hand():
    assert f1_macro(TARGETS, CALLED) == pytest.approx(
        (2 * 3 / 9 + 2 * 2 / 6 + 2 * 2 / 5) / 3, abs=1e-15
    )


def test_weights_count_cases():
    times = np.array([1, 2, 0, 1, 1, 3, 1, 2, 1, 1])
    repeated = f1_macro(np.repeat(TARGETS, times), np.repeat(CALLED, times))
    assert f1_macro(TARGETS, CALLED, times.astype(float)) == pytest.approx(repeated, abs=1e-15)


@pytest.mark.parametrize(
    ("targets", "called"),
    [
        pytest.param([], [], id="no case"),
    ],
)
def test_what_does_not_exist(targets, called):
    with pytest.raises(UndefinedMetricError):
        f1_macro(np.array(targets, dtype=float), np.array(called, dtype=float))


def test_a_class_that_is_only_called_counts_nothing():
    assert f1_macro(np.array([0.0, 0]), np.array([0.0, 2])) == pytest.approx(1 / 3)

from dataclasses import replace

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.classes.majority_accuracy import METRIC, majority_accuracy
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.sample import make_other_sample

# True class (rows) and called class (columns): [[3, 1, 0], [1, 2, 0], [1, 0, 2]].
TARGETS = np.array([0.0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
CALLED = np.array([0.0, 0, 0, 1, 0, 1, 1, 0, 2, 2])


def test_worked_by_hand():
    assert majority_accuracy(TARGETS, CALLED) == pytest.approx(0.4, abs=1e-15)


def test_weights_count_cases():
    times = np.array([1, 2, 0, 1, 1, 3, 1, 2, 1, 1])
    repeated = majority_accuracy(np.repeat(TARGETS, times), np.repeat(CALLED, times))
    assert majority_accuracy(TARGETS, CALLED, times.astype(float)) == pytest.approx(
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
        majority_accuracy(np.array(targets, dtype=float), np.array(called, dtype=float))


def test_its_interval_is_that_of_a_share():
    # Drawn again, the largest of three nearly equal shares is too large: BCa gave .335 to .35.
    classes = np.repeat([0.0, 1, 2], [137, 132, 131])
    sample = make_other_sample("classes", classes, np.eye(3)[classes.astype(int)])
    sample = replace(sample, decisions=classes)
    found = estimate_metrics("all", [METRIC], sample, IntervalOptions(n_boot=0))[0]
    # Wilson's of 137 of 400, with z = 1.95996.
    assert (found.low, found.high) == pytest.approx((0.29768, 0.39032), abs=1e-4)
    assert found.method == "wilson"

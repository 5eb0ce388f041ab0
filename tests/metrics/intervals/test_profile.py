import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS
from radzoo.metrics.calibration.weak import profile_deviance
from radzoo.metrics.intervals.profile import find_end, profile
from radzoo.metrics.sample import make_sample

TARGETS = np.array([0.0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1])
SCORES = np.array([0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.55, 0.6, 0.7, 0.75, 0.8, 0.9])


@pytest.mark.parametrize(("name", "at"), [("calibration_intercept", 0), ("calibration_slope", 1)])
def test_both_ends_are_where_the_likelihood_has_fallen(name, at):
    metric = METRICS[name]
    bounds = profile(metric, make_sample(TARGETS, SCORES), 0.95)
    deviance = profile_deviance(TARGETS, SCORES, at)
    lowest = deviance(metric.compute(TARGETS, SCORES))
    for end in (bounds.low, bounds.high):
        assert deviance(end) - lowest == pytest.approx(3.841459, abs=1e-5)


def test_the_end_of_a_parabola():
    assert find_end(lambda z: z * z - 4.0, 1) == pytest.approx(2.0)
    assert find_end(lambda z: z * z - 4.0, -1) == pytest.approx(-2.0)


def test_a_likelihood_that_does_not_fall_has_no_end():
    with pytest.raises(UndefinedMetricError, match="too slowly"):
        find_end(lambda z: -1.0, 1)

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.oe_ratio import METRIC, oe_ratio, standard_error
from radzoo.metrics.sample import make_sample

TARGETS = np.array([1.0, 1, 0, 0, 0, 0, 0, 0])
SCORES = np.full(8, 0.125)


def test_worked_by_hand():
    assert oe_ratio(TARGETS, SCORES) == 2.0
    assert oe_ratio(TARGETS, SCORES, np.array([1.0, 0, 1, 1, 0, 0, 0, 0])) == pytest.approx(8 / 3)
    # The variance of log(O) is (1 - 2/8) / 2.
    assert standard_error(TARGETS, SCORES) == pytest.approx(np.sqrt(0.375))


def test_copies_of_patients_add_nothing():
    # Four patients, each twice: the error is that of four, not of eight.
    targets, scores = np.tile([1.0, 0, 0, 1], 2), np.tile([0.25, 0.25, 0.5, 0.5], 2)
    once = standard_error(targets[:4], scores[:4], np.arange(4))
    assert standard_error(targets, scores, np.tile(np.arange(4), 2)) == pytest.approx(once)


def test_patients_of_one_case_give_what_cases_give():
    # But for m / (m - 1): where clustering changes nothing it must not narrow the interval.
    chance = np.random.default_rng(4)
    scores = chance.uniform(0.05, 0.95, 200)
    targets = (chance.random(200) < scores).astype(float)
    between = standard_error(targets, scores, np.arange(200))
    assert between == pytest.approx(standard_error(targets, scores) * np.sqrt(200 / 199))


def test_the_interval_is_symmetric_in_ratios():
    bounds = INTERVALS["log-wald"].compute(METRIC, make_sample(TARGETS, SCORES), 0.95)
    assert bounds.low * bounds.high == pytest.approx(4.0)
    assert np.log(bounds.high / 2) == pytest.approx(1.959964 * np.sqrt(0.375), abs=1e-6)


def test_nothing_expected_is_undefined():
    with pytest.raises(UndefinedMetricError, match="above 0"):
        oe_ratio(TARGETS, np.zeros(8))


def test_nothing_observed_has_no_interval():
    with pytest.raises(UndefinedMetricError):
        INTERVALS["log-wald"].compute(METRIC, make_sample(np.zeros(8), SCORES), 0.95)


def test_many_draws_of_the_line_equal_one_by_one():
    chance = np.random.default_rng(3)
    scores = chance.uniform(0.05, 0.95, 80)
    targets = (chance.random(80) < scores).astype(float)
    weights = chance.integers(0, 3, (6, 80)).astype(float)
    for name in ("calibration_slope", "calibration_intercept", "calibration_in_the_large"):
        metric = METRICS[name]
        single = [metric.compute(targets, scores, row) for row in weights]
        np.testing.assert_allclose(metric.many(targets, scores)(weights), single, atol=1e-6)

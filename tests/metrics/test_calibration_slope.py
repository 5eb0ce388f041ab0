import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.calibration_slope import METRIC, calibration_slope
from radzoo.metrics.logistic import sigmoid

# 4 of 5 are diseased where the log odds are log 4, 1 of 5 where they are -log 4.
TARGETS = np.array([1.0, 1, 1, 1, 0, 1, 0, 0, 0, 0])
LOG_ODDS = np.log(4) * np.array([1.0] * 5 + [-1.0] * 5)


def test_right_probabilities():
    assert calibration_slope(TARGETS, sigmoid(LOG_ODDS)) == pytest.approx(1.0, abs=1e-6)


def test_probabilities_that_are_too_timid():
    assert calibration_slope(TARGETS, sigmoid(LOG_ODDS / 2)) == pytest.approx(2.0, abs=1e-6)


def test_probabilities_that_are_too_low():
    assert calibration_slope(TARGETS, sigmoid(LOG_ODDS - 1)) == pytest.approx(1.0, abs=1e-6)


def test_weights_count_cases():
    once = calibration_slope(TARGETS, sigmoid(LOG_ODDS - 0.3))
    assert calibration_slope(TARGETS, sigmoid(LOG_ODDS - 0.3), np.full(10, 3.0)) == pytest.approx(
        once, abs=1e-6
    )


def test_four_times_the_cases_halve_the_standard_error():
    one = METRIC.standard_error(TARGETS, sigmoid(LOG_ODDS))
    four = METRIC.standard_error(np.tile(TARGETS, 4), sigmoid(np.tile(LOG_ODDS, 4)))
    assert four == pytest.approx(one / 2, rel=1e-5)


def test_separated_classes_have_no_finite_fit():
    with pytest.raises(UndefinedMetricError, match="no finite fit"):
        calibration_slope(np.array([0.0, 0, 1, 1]), np.array([0.1, 0.4, 0.4, 0.8]))


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError, match="both diseased and healthy"):
        calibration_slope(np.full(4, target), np.array([0.1, 0.2, 0.3, 0.4]))


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_certainty_has_no_logit(score):
    with pytest.raises(UndefinedMetricError, match="strictly between"):
        calibration_slope(np.array([0.0, 1, 0]), np.array([0.4, 0.5, score]))


def test_scores_that_hardly_differ_have_no_slope():
    chance = np.random.default_rng(0)
    scores = 0.5 + 0.001 * chance.random(200)
    with pytest.raises(UndefinedMetricError, match="hardly differ"):
        calibration_slope((chance.random(200) < 0.5).astype(float), scores)

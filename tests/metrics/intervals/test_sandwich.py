import numpy as np
import pytest

from radzoo.metrics import METRICS
from radzoo.metrics.intervals.sandwich import sandwich
from radzoo.metrics.sample import make_sample

NAMES = ["calibration_slope", "calibration_intercept", "calibration_in_the_large"]


def cases(n_cases=60):
    chance = np.random.default_rng(8)
    logits = chance.normal(0, 1.5, n_cases)
    targets = (chance.random(n_cases) < 1 / (1 + np.exp(-0.7 * logits))).astype(float)
    return targets, 1 / (1 + np.exp(-logits))


def width(bounds):
    return bounds.high - bounds.low


@pytest.mark.parametrize("name", NAMES)
def test_copies_of_patients_add_nothing(name):
    targets, scores = cases()
    patients = [str(at) for at in range(60)] * 3
    thrice = make_sample(np.tile(targets, 3), np.tile(scores, 3), patients=patients)
    once = sandwich(METRICS[name], make_sample(targets, scores), 0.95)
    assert width(sandwich(METRICS[name], thrice, 0.95)) == pytest.approx(width(once), rel=1e-6)


def test_the_shift_by_hand():
    # One shift of a constant score: the residuals are 0.5, the information is n / 4.
    sample = make_sample(np.tile([0.0, 1], 8), np.full(16, 0.5))
    bounds = sandwich(METRICS["calibration_in_the_large"], sample, 0.95)
    error = np.sqrt(16 * 0.25 * 16 / 15) / (16 / 4)
    assert (bounds.low, bounds.high) == pytest.approx((-1.959964 * error, 1.959964 * error))


def test_it_is_near_walds_where_the_model_holds():
    targets, scores = cases(4000)
    metric = METRICS["calibration_slope"]
    robust = sandwich(metric, make_sample(targets, scores), 0.95)
    wald = 2 * 1.959964 * metric.standard_error(targets, scores)
    assert width(robust) == pytest.approx(wald, rel=0.1)

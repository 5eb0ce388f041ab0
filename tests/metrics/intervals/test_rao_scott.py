import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.rao_scott import rao_scott
from radzoo.metrics.intervals.wilson import score_interval
from radzoo.metrics.sample import make_sample
from radzoo.metrics.sensitivity import METRIC


def sample(called, patients):
    scores = np.array(called, dtype=float)
    return make_sample(np.ones(len(scores)), scores, patients=patients).decide(0.5)


def test_cases_that_always_agree_are_worth_one():
    called = [1, 1, 1, 0] * 25
    patients = [str(row) for row in range(100)]
    twice = sample([*called, *called], [*patients, *patients])
    bounds = rao_scott(METRIC, twice, 0.95)
    # 200 cases of 100 patients; the factor 100/99 is the ratio estimator's.
    expected = score_interval(0.75, 99, 0.95)
    assert (bounds.low, bounds.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_cases_that_differ_never_count_more_than_once():
    patients = [str(row // 2) for row in range(200)]
    bounds = rao_scott(METRIC, sample([1, 0] * 100, patients), 0.95)
    assert bounds == score_interval(0.5, 200, 0.95)


def test_where_all_agree_patients_are_counted():
    patients = [str(row // 10) for row in range(100)]
    assert rao_scott(METRIC, sample([1] * 100, patients), 0.95) == score_interval(1.0, 10, 0.95)


def test_one_patient_is_not_enough():
    with pytest.raises(UndefinedMetricError, match="two patients"):
        rao_scott(METRIC, sample([1, 0, 1], ["a", "a", "a"]), 0.95)

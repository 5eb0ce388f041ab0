import numpy as np
import pytest

from radzoo.metrics.intervals.clopper_pearson import clopper_pearson, exact_interval
from radzoo.metrics.sample import make_sample
from radzoo.metrics.sensitivity import METRIC


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe RG. Statistics in Medicine 1998;17:857-872. Table I, method 5.
        pytest.param(81, 263, 0.2527, 0.3676, id="81 of 263"),
        pytest.param(15, 148, 0.0578, 0.1617, id="15 of 148"),
        pytest.param(0, 20, 0.0, 0.1684, id="0 of 20"),
        pytest.param(1, 29, 0.0009, 0.1776, id="1 of 29"),
        pytest.param(29, 29, 0.8806, 1.0, id="29 of 29"),
    ],
)
def test_published_values(part, whole, low, high):
    bounds = exact_interval(part, whole, 0.95)
    assert (bounds.low, bounds.high) == pytest.approx((low, high), abs=6e-5)


def test_patients_who_always_agree_are_worth_one_case():
    scores = np.array([1.0, 1, 1, 0] * 50)
    sample = make_sample(np.ones(200), scores, patients=[str(row % 100) for row in range(200)])
    bounds = clopper_pearson(METRIC, sample.decide(0.5), 0.95)
    # 200 cases of 100 patients; the factor 100/99 is the ratio estimator's.
    expected = exact_interval(0.75 * 99, 99, 0.95)
    assert (bounds.low, bounds.high) == pytest.approx((expected.low, expected.high))

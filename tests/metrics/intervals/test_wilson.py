import numpy as np
import pytest

from radzoo.metrics.accuracy import METRIC as ACCURACY
from radzoo.metrics.intervals.wilson import score_interval, wilson
from radzoo.metrics.ppv import METRIC as PPV
from radzoo.metrics.sample import make_sample
from radzoo.metrics.sensitivity import METRIC as SENSITIVITY


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe RG. Statistics in Medicine 1998;17:857-872. Table I, method 3.
        pytest.param(81, 263, 0.2553, 0.3662, id="81 of 263"),
        pytest.param(15, 148, 0.0624, 0.1605, id="15 of 148"),
        pytest.param(0, 20, 0.0, 0.1611, id="0 of 20"),
        pytest.param(1, 29, 0.0061, 0.1718, id="1 of 29"),
        pytest.param(29, 29, 0.8830, 1.0, id="29 of 29"),
    ],
)
def test_published_values(part, whole, low, high):
    bounds = score_interval(part / whole, whole, 0.95)
    assert (bounds.low, bounds.high) == pytest.approx((low, high), abs=5e-5)


def test_each_proportion_has_its_own_base():
    sample = make_sample(np.array([1.0, 1, 1, 0, 0]), np.array([5.0, 4, 1, 3, 2])).decide(3)
    assert wilson(SENSITIVITY, sample, 0.95) == score_interval(2 / 3, 3, 0.95)
    assert wilson(PPV, sample, 0.95) == score_interval(2 / 3, 3, 0.95)
    assert wilson(ACCURACY, sample, 0.95) == score_interval(3 / 5, 5, 0.95)

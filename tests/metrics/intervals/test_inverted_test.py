import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.ece import METRIC
from radzoo.metrics.intervals.inverted_test import find_truth, invert_test
from radzoo.metrics.sample import make_sample


def draw(chance, n_cases, slope):
    logits = chance.normal(0, 1.5, n_cases)
    targets = (chance.random(n_cases) < 1 / (1 + np.exp(-slope * logits))).astype(float)
    return targets, 1 / (1 + np.exp(-logits))


def test_a_calibrated_model_has_0_in_its_interval():
    # By the bootstrap it is there in next to no sample; the value itself is never 0.
    chance = np.random.default_rng(4)
    bounds = [invert_test(METRIC, make_sample(*draw(chance, 300, 1.0)), 0.95) for _ in range(40)]
    assert sum(one.low == 0 for one in bounds) >= 36


def test_a_bad_model_has_not():
    chance = np.random.default_rng(5)
    for _ in range(10):
        assert invert_test(METRIC, make_sample(*draw(chance, 1000, 0.3)), 0.95).low > 0.08


def test_repeated_patients_widen_it():
    targets, scores = draw(np.random.default_rng(6), 100, 0.4)
    copies, names = np.tile(np.arange(100), 5), [str(at) for at in range(100)] * 5
    alone = make_sample(targets[copies], scores[copies])
    repeated = make_sample(targets[copies], scores[copies], patients=names)
    narrow, wide = (invert_test(METRIC, sample, 0.95) for sample in (alone, repeated))
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_the_truth_is_where_the_share_is_passed():
    assert find_truth(lambda truth: 1 - truth, 0.25) == pytest.approx(0.75, abs=1e-5)
    assert find_truth(lambda truth: 0.1, 0.25) == 0.0


def test_a_perfect_model_has_none():
    with pytest.raises(UndefinedMetricError, match="every bin is right"):
        invert_test(METRIC, make_sample(np.array([0.0, 1]), np.array([0.0, 1])), 0.95)

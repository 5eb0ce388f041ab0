import numpy as np
import pytest

from radzoo.metrics.accuracy import METRIC as ACCURACY
from radzoo.metrics.auroc import METRIC as AUROC
from radzoo.metrics.sample import make_sample, sort_cases


def test_cases_are_sorted_and_patients_numbered_by_name():
    sample = make_sample(np.array([1.0, 0, 1]), np.array([0.9, 0.1, 0.5]), patients=["b", "a", "b"])
    np.testing.assert_array_equal(sample.scores, [0.1, 0.5, 0.9])
    np.testing.assert_array_equal(sample.targets, [0, 1, 1])
    np.testing.assert_array_equal(sample.patients, [0, 1, 1])
    assert sample.n_units == 2


def test_patients_with_one_case_each_are_no_clusters():
    sample = make_sample(np.array([1.0, 0]), np.array([0.9, 0.1]), patients=["b", "a"])
    assert sample.patients is None
    assert sample.n_units == 2


def test_a_score_at_the_threshold_is_positive():
    sample = make_sample(np.zeros(3), np.array([0.2, 0.5, 0.7])).decide(0.5)
    np.testing.assert_array_equal(sample.read(ACCURACY), [0, 1, 1])
    np.testing.assert_array_equal(sample.read(AUROC), [0.2, 0.5, 0.7])


def test_decisions_need_a_threshold():
    with pytest.raises(ValueError, match="accuracy needs decisions"):
        make_sample(np.zeros(1), np.zeros(1)).read(ACCURACY)


def test_fewer_cases_keep_their_patients():
    sample = make_sample(np.zeros(4), np.arange(4.0), patients=["c", "a", "b", "b"]).decide(2)
    fewer = sample.only(np.array([False, True, True, True]))
    np.testing.assert_array_equal(fewer.patients, [0, 1, 1])
    np.testing.assert_array_equal(fewer.decisions, [0, 1, 1])


@pytest.mark.parametrize("n_scores", [3, 400, 10**9], ids=["ties", "some ties", "no ties"])
def test_sorting_is_by_score_and_then_by_target(n_scores):
    chance = np.random.default_rng(0)
    scores = chance.integers(0, n_scores, 500) / n_scores
    targets = chance.integers(0, 2, 500).astype(float)
    order = sort_cases(targets, scores)
    usual = np.lexsort((targets, scores))
    np.testing.assert_array_equal(scores[order], scores[usual])
    np.testing.assert_array_equal(targets[order], targets[usual])
    assert sorted(order) == list(range(500))

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.values.icc import icc
from radzoo.metrics.values.intraclass import (
    agreement_of,
    intraclass_correlations,
    mean_agreement_bounds,
    take_mean_squares,
)

# The example of Shrout and Fleiss (1979), table 2: six targets, four judges.
RATINGS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
# Table 4 of the paper.
PUBLISHED = {"ICC1": 0.17, "ICC2": 0.29, "ICC3": 0.71, "ICC1k": 0.44, "ICC2k": 0.62, "ICC3k": 0.91}


@pytest.mark.parametrize(("name", "value"), PUBLISHED.items())
def test_the_published_example(name, value):
    found = intraclass_correlations(RATINGS)[name]
    assert found.name == name
    assert found.value == pytest.approx(value, abs=0.005)
    assert found.low < found.value < found.high


def test_its_tests_are_those_of_two_analyses_of_variance():
    found = intraclass_correlations(RATINGS)
    assert found["ICC1"].f == pytest.approx(11.24 / 6.26, abs=0.01)
    assert found["ICC1"].degrees_of_freedom == (5, 18)
    assert found["ICC3"].f == pytest.approx(11.24 / 1.02, abs=0.02)
    assert found["ICC2k"].degrees_of_freedom == (5, 15)
    assert found["ICC3"].p < 0.001 < found["ICC1"].p


def test_the_interval_of_consistency_inverts_the_f_test():
    from scipy.special import fdtr

    found = intraclass_correlations(RATINGS, 0.9)["ICC3"]
    for end, tail in ((found.low, 0.95), (found.high, 0.05)):
        # With the coefficient at this end, F over its expectation has this tail.
        expected = (1 + 3 * end) / (1 - end)
        assert fdtr(5, 15, found.f / expected) == pytest.approx(tail)


def test_the_interval_of_the_mean_by_either_convention():
    # R: psych 2.2.9 ICC, and irr 0.84.1 icc(model="twoway", type="agreement", unit="average").
    found = intraclass_correlations(RATINGS)["ICC2k"]
    assert (found.low, found.high) == pytest.approx((0.0711368, 0.9272320), abs=1e-6)
    other = mean_agreement_bounds(take_mean_squares(RATINGS), 0.95)
    assert other == pytest.approx((0.0394402, 0.9285732), abs=1e-6)


def test_two_readers_are_the_metric():
    found = intraclass_correlations(RATINGS[:, :2])["ICC2"]
    assert icc(RATINGS[:, 0], RATINGS[:, 1]) == pytest.approx(found.value, abs=1e-14)
    assert agreement_of(take_mean_squares(RATINGS[:, :2])) == found.value


def test_a_case_with_a_gap_is_left_out():
    gap = np.vstack([RATINGS, [np.nan, 1, 2, 3]])
    assert intraclass_correlations(gap) == intraclass_correlations(RATINGS)


def test_readers_who_agree_exactly():
    found = intraclass_correlations(np.array([[1.0, 1], [2, 2], [4, 4]]))
    assert {one.value for one in found.values()} == {1.0}
    assert found["ICC1"].f == np.inf
    assert mean_agreement_bounds(take_mean_squares(np.array([[1.0, 1], [2, 2]])), 0.95) == (1, 1)


@pytest.mark.parametrize("ratings", [[[1, 2]], [[1], [2]], [[2, 2], [2, 2]]])
def test_what_does_not_exist(ratings):
    with pytest.raises(UndefinedMetricError):
        intraclass_correlations(np.array(ratings, dtype=float))

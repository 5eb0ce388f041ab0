import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.decisions.risk_coverage import (
    certainty_of,
    risk_coverage,
    selective_metrics,
)

CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=12)


def arrays(cases):
    errors, certainty = np.array(cases, dtype=float).T
    return errors, certainty


def test_by_hand():
    curve = risk_coverage(np.array([0.0, 1, 0, 1]), np.array([0.9, 0.8, 0.7, 0.6]))
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert curve.aurc == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.augrc == pytest.approx((0 + 1 + 1 + 2) / 16)
    assert curve.optimal_aurc == pytest.approx((1 / 3 + 2 / 4) / 4)
    assert (curve.risk_at(0.5), curve.coverage_at(0.4)) == (0.5, 0.75)


def test_without_a_case_there_is_none():
    with pytest.raises(UndefinedMetricError):
        risk_coverage(np.empty(0), np.empty(0))


@given(CASES, st.randoms(use_true_random=False))
def test_ties_do_not_depend_on_the_order_of_rows(cases, shuffle):
    errors, certainty = arrays(cases)
    rows = list(range(len(errors)))
    shuffle.shuffle(rows)
    one, other = risk_coverage(errors, certainty), risk_coverage(errors[rows], certainty[rows])
    assert one.risk == pytest.approx(other.risk)


@given(CASES, st.data())
def test_weights_count_a_case_that_often(cases, data):
    errors, certainty = arrays(cases)
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(errors), max_size=len(errors)))
    assume(sum(times))
    copied = np.repeat(np.arange(len(errors)), times)
    curve = risk_coverage(errors[copied], certainty[copied])
    wanted = {"aurc": curve.aurc, "augrc": curve.augrc, "risk_at_coverage_80": curve.risk_at(0.8)}
    for metric in selective_metrics():
        found = metric.compute(errors, certainty, np.array(times, dtype=float))
        assert found == pytest.approx(wanted.get(metric.name, found))


def test_certainty_at_one_half_ranks_like_the_larger_probability():
    scores = np.array([0.1, 0.45, 0.5, 0.8, 1.0])
    assert certainty_of(scores, 0.5).tolist() == [0.9, 0.55, 0.5, 0.8, 1.0]
    assert certainty_of(scores, 0.3).argmin() == 1
    assert certainty_of(np.array([3.0, -1]), 1.0).tolist() == [2.0, 2.0]

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.comparisons.area_covariance import compare_areas
from radzoo.metrics.comparisons.pair import make_pair
from radzoo.metrics.intervals.obuchowski import clustered_variance

# Few distinct scores, so that ties are common.
CASES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=30
)
TARGETS = np.array([0.0, 0, 0, 1, 1, 1])
FIRST = np.array([1.0, 2, 4, 3, 5, 6])
SECOND = np.array([1.0, 5, 2, 4, 3, 6])


def psi(diseased: float, healthy: float) -> float:
    return (diseased > healthy) + (diseased == healthy) / 2


def by_definition(targets, scores):
    """DeLong's matrix, from the table of all pairs."""
    sick, well = targets == 1, targets == 0
    tables = [np.array([[psi(x, y) for y in one[well]] for x in one[sick]]) for one in scores]
    rows = np.cov([table.mean(axis=1) for table in tables]) / sick.sum()
    columns = np.cov([table.mean(axis=0) for table in tables]) / well.sum()
    return rows + columns


def split(cases):
    targets, first, second = np.array(cases, dtype=float).T
    assume(min(targets.sum(), (1 - targets).sum()) >= 2)
    return targets, first, second


@given(CASES)
def test_equals_the_definition_over_all_pairs(cases):
    targets, first, second = split(cases)
    areas = compare_areas(make_pair(targets, first, second))
    matrix = by_definition(targets, (first, second))
    np.testing.assert_allclose(areas.variances, np.diag(matrix), atol=1e-15)
    assert areas.covariance == pytest.approx(matrix[0, 1], abs=1e-15)


@given(CASES)
def test_a_patient_for_every_case_changes_nothing_and_swapping_turns_the_sign(cases):
    targets, first, second = split(cases)
    alone = compare_areas(make_pair(targets, first, second))
    named = make_pair(targets, first, second, patients=[f"p{at}" for at in range(len(targets))])
    assert compare_areas(named) == alone
    turned = compare_areas(make_pair(targets, second, first))
    assert turned.difference == -alone.difference
    assert turned.variance == pytest.approx(alone.variance, abs=1e-15)


def test_worked_by_hand():
    areas = compare_areas(make_pair(TARGETS, FIRST, SECOND))
    # Diseased placements 2/3, 1, 1 and 2/3, 2/3, 1; healthy ones 1, 1, 2/3 and 1, 1/3, 1.
    assert (areas.first, areas.second) == pytest.approx((8 / 9, 7 / 9))
    assert areas.variances == pytest.approx((2 / 81, 1 / 81 + 4 / 81))
    assert areas.covariance == pytest.approx((1 / 54 - 1 / 27) / 3)
    assert areas.p_two_sided() == pytest.approx(2 * min(areas.p_greater(), areas.p_less()))
    assert areas.bounds(0.95).high == pytest.approx(1 / 9 + 1.959964 * areas.standard_error)


def test_repeated_patients_widen():
    targets, first, second = (np.repeat(values, 2) for values in (TARGETS, FIRST, SECOND))
    alone = compare_areas(make_pair(targets, first, second))
    patients = [f"p{at // 2}" for at in range(12)]
    together = compare_areas(make_pair(targets, first, second, patients=patients))
    once = compare_areas(make_pair(TARGETS, FIRST, SECOND))
    assert together.variance == pytest.approx(once.variance)
    assert alone.variance < 0.75 * together.variance


def test_patients_with_diseased_and_healthy_cases():
    patients = ["p0", "p1", "p2", "p0", "p1", "p3"]
    pair = make_pair(TARGETS, FIRST, SECOND, patients=patients)
    areas = compare_areas(pair)
    assert areas.variances == pytest.approx(
        [clustered_variance(pair.sample(which)) for which in (0, 1)]
    )
    # Sums of deviations by patient: diseased -2, 1, 0, 1 and -1, -1, 0, 2; healthy 1, 1, -2, 0
    # and 2, -4, 2, 0, all ninths; three patients have either kind, four there are.
    diseased, healthy = (-2 * -1 + 1 * -1 + 1 * 2), (1 * 2 + 1 * -4 - 2 * 2)
    across = (-2 * 2 + 1 * -4) + (-1 * 1 - 1 * 1)
    expected = (3 / 2 * diseased + 3 / 2 * healthy + 4 / 3 * across) / 81 / 9
    assert areas.covariance == pytest.approx(expected)


def test_certain_areas():
    same = compare_areas(make_pair(TARGETS, FIRST, FIRST))
    assert (same.difference, same.p_two_sided(), same.z(0.05)) == (0.0, 1.0, math.inf)
    opposite = compare_areas(make_pair(TARGETS, -TARGETS, TARGETS))
    assert opposite.difference == -1
    for ask in (opposite.z, opposite.p_two_sided, opposite.p_greater, opposite.p_less):
        with pytest.raises(UndefinedMetricError, match="says nothing"):
            ask()
    with pytest.raises(UndefinedMetricError, match="vary"):
        assert opposite.correlation


def test_one_case_of_a_class_has_no_variance():
    with pytest.raises(UndefinedMetricError, match="two patients"):
        compare_areas(make_pair(np.array([0.0, 0, 1]), np.arange(3.0), np.arange(3.0)))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS
from radzoo.metrics.ranking import cumulate, rank_cases

RANKED = [name for name, metric in METRICS.items() if metric.many and metric.reads == "scores"]
# Few distinct scores, so that ties are common.
CASES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=30
)


def test_ties_worked_by_hand():
    ranking = rank_cases(np.array([1.0, 0, 0, 1]), np.array([5.0, 2, 5, 9]))
    assert ranking.order.tolist() == [1, 0, 2, 3]
    assert ranking.targets.tolist() == [0, 1, 0, 1]
    assert ranking.starts.tolist() == [0, 1, 1, 3]
    assert ranking.ends.tolist() == [1, 3, 3, 4]
    assert ranking.tied


def test_sorted_rows_stay_where_they_are():
    ranking = rank_cases(np.array([1.0, 0]), np.array([1.0, 2]))
    assert ranking.order is None
    assert not ranking.tied


def test_sums_begin_with_nothing():
    assert cumulate(np.array([[1.0, 2, 0]])).tolist() == [[0, 1, 3, 3]]


@pytest.mark.parametrize("name", RANKED)
@given(cases=CASES)
def test_many_draws_give_what_each_gives_alone(name, cases):
    metric = METRICS[name]
    targets, scores, counts = np.array(cases, dtype=float).T
    weights = np.stack([counts, counts[::-1], np.ones(len(cases)), np.zeros(len(cases))])
    alone = []
    for row in weights:
        try:
            alone.append(metric.compute(targets, scores, row))
        except UndefinedMetricError:
            alone.append(np.nan)
    np.testing.assert_allclose(metric.many(targets, scores)(weights), alone, atol=1e-12)

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import auroc

# Few distinct scores, so that ties are common.
CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("healthy", "diseased", "expected"),
    [
        pytest.param([1, 2, 3], [4, 5], 1.0, id="perfect"),
        pytest.param([4, 5], [1, 2, 3], 0.0, id="the wrong way round, and left so"),
        pytest.param([1, 3], [2, 4], 3 / 4, id="one pair of four is wrong"),
        pytest.param([1, 2], [2, 3], 3.5 / 4, id="a tie counts half"),
        pytest.param([7, 7], [7, 7, 7], 0.5, id="all tied"),
        pytest.param([-1e300], [1e300], 1.0, id="any scale"),
    ],
)
def test_worked_by_hand(healthy, diseased, expected):
    targets = np.array([0.0] * len(healthy) + [1.0] * len(diseased))
    assert auroc(targets, np.array(healthy + diseased, dtype=float)) == expected


@given(CASES)
def test_equals_counting_every_pair(cases):
    targets, scores = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < targets.size)
    pairs = scores[targets == 1][:, None] - scores[targets == 0][None, :]
    expected = np.mean((pairs > 0) + 0.5 * (pairs == 0))
    assert auroc(targets, scores) == pytest.approx(expected, abs=1e-14)


@given(CASES)
def test_turning_the_scores_round_gives_the_rest_to_one(cases):
    targets, scores = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < targets.size)
    assert auroc(targets, -scores) == pytest.approx(1 - auroc(targets, scores), abs=1e-14)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError, match="both diseased and healthy"):
        auroc(np.full(5, target), np.arange(5.0))

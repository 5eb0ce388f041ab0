import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.bins import bin_by_count
from radzoo.metrics.ece import ece


@pytest.mark.parametrize(
    ("targets", "scores", "expected"),
    [
        pytest.param([0, 1], [0, 1], 0.0, id="perfect"),
        pytest.param([0, 1], [1, 0], 1.0, id="certain and wrong"),
        pytest.param([0, 0, 0, 1], [0.25] * 4, 0.0, id="tied cases share a bin"),
        pytest.param([0, 1, 1, 1], [0.25] * 4, 0.5, id="too low"),
        pytest.param([0, 1, 0, 0], [0.1, 0.1, 0.3, 0.3], (0.4 + 0.3) / 2, id="two bins"),
    ],
)
def test_worked_by_hand(targets, scores, expected):
    value = ece(np.array(targets, dtype=float), np.array(scores, dtype=float))
    assert value == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("n_cases", [15, 30, 45, 150, 1500])
def test_bins_hold_equal_counts(n_cases):
    scores = (np.arange(n_cases) + 0.5) / n_cases
    bins = bin_by_count(np.zeros(n_cases), scores)
    np.testing.assert_array_equal(bins.counts, np.full(15, n_cases / 15))


def test_tied_cases_go_where_their_middle_goes():
    # Ranks 2, 3 and 4 share the middle 3, the last of the first half.
    bins = bin_by_count(np.zeros(6), np.array([1.0, 2, 2, 2, 3, 3]) / 4, n_bins=2)
    np.testing.assert_array_equal(bins.counts, [4, 2])


def test_what_is_left_over_is_spread():
    counts = bin_by_count(np.zeros(100), np.linspace(0, 1, 100)).counts
    assert counts.sum() == 100
    assert set(counts) == {6.0, 7.0}


def test_a_calibrated_model_does_not_get_zero():
    # The figures that the docstring quotes: the null value by number of cases.
    chance = np.random.default_rng(5)
    for n_cases, known in ((100, 0.114), (500, 0.052), (2000, 0.026)):
        values = []
        for _ in range(200):
            scores = chance.random(n_cases)
            values.append(ece((chance.random(n_cases) < scores).astype(float), scores))
        assert np.mean(values) == pytest.approx(known, rel=0.15)


def test_no_case_is_undefined():
    with pytest.raises(UndefinedMetricError):
        ece(np.empty(0), np.empty(0))

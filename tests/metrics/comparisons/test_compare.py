"""Which method is taken, and what it says where the usual one says nothing."""

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS
from radzoo.metrics.comparisons.area_covariance import compare_areas
from radzoo.metrics.comparisons.compare import compare_metric
from radzoo.metrics.comparisons.mcnemar import Discordant, mid_p
from radzoo.metrics.comparisons.pair import make_pair
from radzoo.metrics.estimate import IntervalOptions

OPTIONS = IntervalOptions(n_boot=200)
RNG = np.random.default_rng(11)
TARGETS = np.repeat([0.0, 1.0], [60, 40])
FIRST = RNG.random(100) * 0.6 + 0.4 * TARGETS
SECOND = RNG.random(100) * 0.7 + 0.3 * TARGETS


def ask(metric, pair):
    return compare_metric(METRICS[metric], pair, OPTIONS)


def test_enough_cases_are_compared_by_delong():
    pair = make_pair(TARGETS, FIRST, SECOND)
    found, areas = ask("auroc", pair), compare_areas(pair)
    assert (found.method, found.p) == ("delong", areas.p_two_sided())
    assert (found.low, found.high) == (areas.bounds(0.95).low, areas.bounds(0.95).high)
    assert found.tail(-0.05) == areas.p_greater(0.05)


def test_patients_who_repeat_are_compared_between_patients():
    patients = [f"p{at // 2}" for at in range(100)]
    found = ask("auroc", make_pair(TARGETS, FIRST, SECOND, patients=patients))
    assert found.method == "obuchowski"
    few = ask(
        "auroc", make_pair(TARGETS, FIRST, SECOND, patients=[str(at // 12) for at in range(100)])
    )
    assert few.method == "permutation"
    assert "only 4 patients" in few.note


def test_few_cases_are_compared_by_exchange():
    rows = np.r_[0:6, 60:64]
    found = ask("auroc", make_pair(TARGETS[rows], FIRST[rows], SECOND[rows]))
    assert (found.method, found.interval) == ("permutation", "newcombe")
    assert "only 4 cases of the rarer class" in found.note
    assert found.p * 2**10 == pytest.approx(round(found.p * 2**10))
    assert found.low < found.value < found.high


def test_delong_is_not_asked_where_it_says_nothing():
    found = ask("auroc", make_pair(TARGETS, -TARGETS, TARGETS))
    assert "not estimable by DeLong" in found.note
    assert (found.value, found.low, found.method) == (-1, -1, "permutation")
    assert -1 < found.high < -0.8
    assert 0 < found.p < 0.001
    assert found.tail(-0.5) > 0.999


@pytest.mark.parametrize(
    "metric", ["auroc", "brier", "log_loss", "average_precision", "ece", "calibration_slope"]
)
def test_identical_models_are_alike(metric):
    found = ask(metric, make_pair(TARGETS, FIRST, FIRST.copy()))
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_the_same_order_is_the_same_auroc():
    found = ask("auroc", make_pair(TARGETS, FIRST, FIRST**3))
    assert (found.value, found.p, found.method) == (0, 1, "identical")


def test_decisions_are_compared_where_both_are_asked():
    pair = make_pair(TARGETS, FIRST, SECOND).decide(0.6, 0.5)
    right = (FIRST >= 0.6)[60:], (SECOND >= 0.5)[60:]
    counts = Discordant(int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum()), 40)
    found = ask("sensitivity", pair)
    assert found.value == pytest.approx((counts.first_only - counts.second_only) / 40)
    assert (found.p, found.method, found.interval) == (mid_p(counts), "mcnemar", "tango")
    assert found.low < found.value < found.high
    assert ask("ppv", pair).method == "bootstrap"


def test_decisions_of_patients_who_repeat():
    targets, first, second = (np.repeat(one, 3) for one in (TARGETS, FIRST, SECOND))
    patients = [f"p{at // 3:03}" for at in range(300)]
    alone = ask("accuracy", make_pair(TARGETS, FIRST, SECOND).decide(0.6, 0.5))
    together = ask(
        "accuracy", make_pair(targets, first, second, patients=patients).decide(0.6, 0.5)
    )
    assert together.method == "mcnemar-clustered"
    # Three copies of a case say no more than the case.
    assert together.low == pytest.approx(alone.low, abs=0.002)
    assert together.high == pytest.approx(alone.high, abs=0.002)
    naive = ask("accuracy", make_pair(targets, first, second).decide(0.6, 0.5))
    assert naive.high - naive.low < 0.65 * (together.high - together.low)


def test_models_that_decide_alike_have_an_interval_all_the_same():
    patients = [f"p{at // 2}" for at in range(100)]
    alone = ask("accuracy", make_pair(TARGETS, FIRST, FIRST).decide(0.6, 0.6))
    found = ask("accuracy", make_pair(TARGETS, FIRST, FIRST, patients=patients).decide(0.6, 0.6))
    assert (alone.value, alone.p, found.p) == (0, 1, 1)
    assert 0 < alone.high < found.high


def test_one_class_is_undefined():
    with pytest.raises(UndefinedMetricError, match="diseased and healthy"):
        ask("auroc", make_pair(np.ones(9), FIRST[:9], SECOND[:9]))
    with pytest.raises(UndefinedMetricError, match="diseased"):
        ask("sensitivity", make_pair(np.zeros(9), FIRST[:9], SECOND[:9]).decide(0.5, 0.5))

import math

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS, drawing
from radzoo.metrics.comparisons.pair import make_pair
from radzoo.metrics.comparisons.resampled_difference import draw_differences, resample_difference
from radzoo.metrics.intervals.normal import STANDARD

RNG = np.random.default_rng(7)
TARGETS = (RNG.random(200) < 0.4).astype(float)
FIRST = np.clip(0.5 * TARGETS + 0.5 * RNG.random(200), 0, 1)
SECOND = np.clip(0.3 * TARGETS + 0.7 * RNG.random(200), 0, 1)
BRIER = METRICS["brier"]
EACH = (FIRST - TARGETS) ** 2 - (SECOND - TARGETS) ** 2


def test_a_difference_of_means_has_the_error_of_a_mean():
    found = resample_difference(
        BRIER, make_pair(TARGETS, FIRST, SECOND), level=0.95, n_boot=2000, seed=1
    )
    error = EACH.std() / math.sqrt(200)
    assert found.value == pytest.approx(EACH.mean())
    assert (found.high - found.low) / (2 * 1.96 * error) == pytest.approx(1, abs=0.08)
    assert (found.method, found.interval) == ("bootstrap", "bca")


def test_p_agrees_with_the_interval():
    pair = make_pair(TARGETS, FIRST, SECOND)
    for level in (0.5, 0.9, 0.95):
        found = resample_difference(BRIER, pair, level=level, n_boot=4000, seed=1)
        assert found.tail(found.low) == pytest.approx((1 - level) / 2, abs=0.01)
        assert found.tail(found.high) == pytest.approx((1 + level) / 2, abs=0.01)
    error = EACH.std() / math.sqrt(200)
    assert found.tail(-0.01) == pytest.approx(STANDARD.cdf((-0.01 - EACH.mean()) / error), abs=0.02)


def test_patients_are_drawn_whole():
    targets, first, second = (np.repeat(one, 3) for one in (TARGETS, FIRST, SECOND))
    patients = [f"p{at // 3:03}" for at in range(600)]
    together = make_pair(targets, first, second, patients=patients)
    alone = make_pair(targets, first, second)
    wide, narrow = (
        draw_differences(BRIER, one, n_boot=400, seed=1).values.std() for one in (together, alone)
    )
    assert wide / narrow == pytest.approx(math.sqrt(3), rel=0.15)


def test_both_models_share_their_draws():
    draws = draw_differences(BRIER, make_pair(TARGETS, FIRST, FIRST), n_boot=50, seed=1)
    assert np.abs(draws.values).max() < 1e-15


def test_groups_left_out_are_no_pattern(monkeypatch):
    # Cases repeat every 100: groups of every 100th would hold the same case four times.
    monkeypatch.setattr(drawing, "MOST_LEFT_OUT", 100)
    pair = make_pair(*(np.tile(one[:100], 4) for one in (TARGETS, FIRST, SECOND)))
    left = draw_differences(BRIER, pair, n_boot=1, seed=1).left_out
    of_one = EACH[:100].std() / 396
    assert len(left) == 100
    assert left.std() / of_one == pytest.approx(2, rel=0.2)  # four times the same: 4


@pytest.mark.parametrize("name", ["ici", "e90"])
def test_the_whole_sample_says_how_far_curves_reach(name):
    pair = make_pair(TARGETS, FIRST, SECOND)
    first, other = (draw_differences(METRICS[name], pair, n_boot=2, seed=one) for one in (1, 2))
    assert first.estimate == other.estimate


def test_strata_keep_the_classes():
    prevalence = METRICS["prevalence"]
    pair = make_pair(TARGETS, FIRST, SECOND)
    first = draw_differences(prevalence, pair, n_boot=20, seed=1, stratified=True)
    assert np.abs(first.values).max() == 0


def test_a_metric_that_does_not_exist():
    pair = make_pair(np.ones(9), np.linspace(0, 1, 9), np.linspace(1, 0, 9))
    with pytest.raises(UndefinedMetricError):
        resample_difference(METRICS["average_precision"], pair, level=0.95, n_boot=9, seed=0)
    found = resample_difference(BRIER, pair, level=0.95, n_boot=0, seed=0)
    assert (found.low, found.p, found.tail) == (None, None, None)
    assert "no resampling" in found.note

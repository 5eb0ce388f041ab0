import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import METRIC
from radzoo.metrics.brier import METRIC as BRIER
from radzoo.metrics.drawing import MOST_LEFT_OUT
from radzoo.metrics.intervals.bca import accelerate, bca
from radzoo.metrics.intervals.percentile import percentile
from radzoo.metrics.resampling import Draws, resample
from radzoo.metrics.sample import make_sample

FLAT = np.array([1.0, 2, 3])


def test_without_bias_and_acceleration_it_is_the_percentile():
    draws = Draws(50.0, np.arange(101.0), np.array([1.0, 2, 3]))
    one, other = bca(draws, 0.9), percentile(draws, 0.9)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-9)


def test_bias_shifts_both_ends():
    # 64 % of the draws lie below the value, so both ends move up.
    shifted = bca(Draws(63.5, np.arange(101.0), FLAT), 0.9)
    assert shifted.low > 5
    assert shifted.high > 95


def test_acceleration_of_a_mean_is_its_skewness():
    values = np.array([1.0, 1, 1, 1, 6])
    left_out = (values.sum() - values) / 4
    deviations = values - values.mean()
    expected = (deviations**3).sum() / (6 * (deviations**2).sum() ** 1.5)
    assert accelerate(left_out) == pytest.approx(expected)


def test_it_equals_scipys(tmp_path):
    from scipy.stats import bootstrap

    chance = np.random.default_rng(0)
    targets = (chance.random(150) < 0.4).astype(float)
    scores = chance.random(150) * 0.6 + targets * 0.3
    draws = resample([BRIER], make_sample(targets, scores), n_boot=20_000, seed=1)["brier"]
    ours = bca(draws, 0.95)
    theirs = bootstrap(
        ((scores - targets) ** 2,), np.mean, n_resamples=20_000, method="BCa", rng=2
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=6e-4)


def test_draws_on_one_side_carry_no_interval():
    with pytest.raises(UndefinedMetricError, match="biased"):
        bca(Draws(99.5, np.arange(101.0), FLAT), 0.95)


def test_groups_of_patients_give_the_same_acceleration():
    chance = np.random.default_rng(4)
    targets = (chance.random(4000) < 0.1).astype(float)
    sample = make_sample(targets, chance.normal(size=4000) + 2 * targets)
    draws = resample([METRIC], sample, n_boot=0, seed=0)["auroc"]
    assert len(draws.left_out) == MOST_LEFT_OUT
    all_of_them = [
        METRIC.compute(np.delete(sample.targets, row), np.delete(sample.scores, row))
        for row in range(4000)
    ]
    assert accelerate(draws.left_out) == pytest.approx(accelerate(np.array(all_of_them)), abs=0.01)

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.calibration.chance import compare_with_chance
from radzoo.metrics.ece import ece


def draw(n_cases, slope, seed):
    chance = np.random.default_rng(seed)
    logits = chance.normal(0, 1.5, n_cases)
    targets = (chance.random(n_cases) < 1 / (1 + np.exp(-slope * logits))).astype(float)
    return targets, 1 / (1 + np.exp(-logits))


@pytest.mark.parametrize("n_cases", [60, 500])
def test_the_error_of_chance_is_that_of_true_probabilities(n_cases):
    chance = np.random.default_rng(7)
    scores = chance.random(n_cases)
    values = [ece((chance.random(n_cases) < scores).astype(float), scores) for _ in range(400)]
    found = compare_with_chance(np.round(scores), scores, seed=0)
    assert found.expected == pytest.approx(np.mean(values), rel=0.04)


def test_p_is_even_for_true_probabilities_and_small_for_false():
    values = [compare_with_chance(*draw(200, 1.0, seed), seed=1).p for seed in range(60)]
    assert 0.35 < np.mean(values) < 0.65
    assert compare_with_chance(*draw(500, 0.3, 1), seed=1).p == pytest.approx(1 / 1001)


def test_debiased_is_about_0_for_true_probabilities():
    values = [
        compare_with_chance(*draw(300, 1.0, seed), seed=0).squared_debiased for seed in range(30)
    ]
    assert np.mean(values) == pytest.approx(0, abs=0.001)


def test_the_seed_decides():
    cases = draw(100, 1.0, 3)
    assert compare_with_chance(*cases, seed=5) == compare_with_chance(*cases, seed=5)
    assert compare_with_chance(*cases, seed=5) != compare_with_chance(*cases, seed=6)


def test_no_case_is_undefined():
    with pytest.raises(UndefinedMetricError):
        compare_with_chance(np.empty(0), np.empty(0), seed=0)

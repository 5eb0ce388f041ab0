import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.spiegelhalter_z import spiegelhalter_z


def test_worked_by_hand():
    # (1 - 0.2) * 0.6 / sqrt(0.36 * 0.16) for one diseased case of score 0.2.
    assert spiegelhalter_z(np.array([1.0]), np.array([0.2])) == pytest.approx(2.0)
    assert spiegelhalter_z(np.array([0.0]), np.array([0.2])) == pytest.approx(-0.5)


def test_it_is_standard_normal_if_the_probabilities_are_true():
    chance = np.random.default_rng(0)
    scores = chance.random(400)
    values = [
        spiegelhalter_z((chance.random(400) < scores).astype(float), scores) for _ in range(400)
    ]
    assert np.mean(values) == pytest.approx(0, abs=0.15)
    assert np.std(values) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("scores", [[0.5, 0.5], [0.0, 1.0], []])
def test_nothing_that_can_vary_is_undefined(scores):
    with pytest.raises(UndefinedMetricError):
        spiegelhalter_z(np.array([0.0, 1])[: len(scores)], np.array(scores))

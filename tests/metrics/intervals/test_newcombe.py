import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import METRIC
from radzoo.metrics.intervals.newcombe import newcombe
from radzoo.metrics.sample import make_sample


def test_its_ends_are_where_the_score_test_is_just_not_rejected():
    chance = np.random.default_rng(1)
    targets = np.array([0.0] * 30 + [1.0] * 12)
    scores = chance.normal(size=42) + targets
    bounds = newcombe(METRIC, make_sample(targets, scores), 0.95)
    observed = METRIC.compute(targets, scores)
    for end in (bounds.low, bounds.high):
        spread = 1 + (42 / 2 - 1) * ((1 - end) / (2 - end) + end / (1 + end))
        variance = end * (1 - end) * spread / (12 * 30)
        assert abs(end - observed) / np.sqrt(variance) == pytest.approx(1.959963984540054)


@pytest.mark.parametrize("n_diseased", [1, 2, 20])
def test_it_exists_for_a_perfect_auroc(n_diseased):
    targets = np.array([0.0] * 40 + [1.0] * n_diseased)
    bounds = newcombe(METRIC, make_sample(targets, np.arange(40.0 + n_diseased)), 0.95)
    assert bounds.high == 1.0
    assert 0.2 < bounds.low < 0.95


def test_patients_are_counted_where_they_repeat():
    targets, scores = np.tile([0.0, 0, 1, 1], 5), np.tile([1.0, 3, 2, 4], 5)
    patients = [str(row // 4) for row in range(20)]
    alone = newcombe(METRIC, make_sample(targets, scores), 0.95)
    together = newcombe(METRIC, make_sample(targets, scores, patients=patients), 0.95)
    assert together.high - together.low > alone.high - alone.low
    assert "patients" in together.note


def test_one_class_is_undefined():
    with pytest.raises(UndefinedMetricError):
        newcombe(METRIC, make_sample(np.ones(3), np.arange(3.0)), 0.95)

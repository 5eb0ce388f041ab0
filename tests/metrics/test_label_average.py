import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS
from radzoo.metrics.label_average import average_over_labels

MACRO = average_over_labels(METRICS["auroc"])
NOT = np.nan
TARGETS = np.array([[0.0, 1], [1, 0], [0, NOT], [1, 1]])
SCORES = np.array([[1.0, 5], [2, 6], [3, 1], [4, 7]])


def test_every_label_counts_alike_on_its_own_cases():
    assert MACRO.name == "auroc_macro"
    assert MACRO.compute(TARGETS, SCORES) == pytest.approx((0.75 + 0.5) / 2)
    weights = np.array([1.0, 1, 1, 3])
    assert MACRO.compute(TARGETS, SCORES, weights) == pytest.approx((7 / 8 + 3 / 4) / 2)


def test_many_draws_give_what_each_gives_alone():
    chance = np.random.default_rng(3)
    targets = (chance.random((60, 3)) < 0.4).astype(float)
    targets[:20, 1], targets[:, 2] = np.nan, 0
    targets[0, 2] = 1  # of many draws this one case is not among them
    scores = chance.integers(0, 9, (60, 3)).astype(float)
    weights = chance.multinomial(60, np.ones(60) / 60, 30).astype(float)
    alone = []
    for row in weights:
        try:
            alone.append(MACRO.compute(targets, scores, row))
        except UndefinedMetricError:
            alone.append(np.nan)
    assert np.isnan(alone).any()
    np.testing.assert_allclose(MACRO.many(targets, scores)(weights), alone, atol=1e-12)


def test_no_label_is_undefined():
    with pytest.raises(UndefinedMetricError, match="a label"):
        MACRO.compute(TARGETS[:, :0], SCORES[:, :0])

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.scaled_brier import scaled_brier


@pytest.mark.parametrize(
    ("targets", "scores", "expected"),
    [
        pytest.param([0, 1], [0, 1], 1.0, id="perfect"),
        pytest.param([0, 0, 0, 1], [0.25] * 4, 0.0, id="the prevalence itself"),
        pytest.param([0, 1], [1, 0], -3.0, id="certain and wrong: worse than nothing"),
        pytest.param([0, 0, 1, 1], [0, 0.5, 0.5, 1], 0.5, id="halfway"),
    ],
)
def test_worked_by_hand(targets, scores, expected):
    assert scaled_brier(np.array(targets, dtype=float), np.array(scores)) == pytest.approx(expected)


@pytest.mark.parametrize("targets", [[], [0.0, 0.0], [1.0, 1.0]])
def test_one_class_is_undefined(targets):
    with pytest.raises(UndefinedMetricError):
        scaled_brier(np.array(targets), np.full(len(targets), 0.5))

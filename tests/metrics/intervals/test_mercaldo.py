import math

import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.mercaldo import (
    Rate,
    bound_negative,
    bound_positive,
    predict_negative,
    predict_positive,
)

Z = 1.959963984540054


def logit(fraction):
    return math.log(fraction / (1 - fraction))


def test_values_by_bayes():
    # 1,000 people, 100 diseased: 80 of them called, and 90 of the 900 others.
    assert predict_positive(0.8, 0.9, 0.1) == pytest.approx(80 / 170)
    assert predict_negative(0.8, 0.9, 0.1) == pytest.approx(810 / 830)
    with pytest.raises(UndefinedMetricError, match="called positive"):
        predict_positive(0.0, 1.0, 0.1)
    with pytest.raises(UndefinedMetricError, match="called negative"):
        predict_negative(1.0, 0.0, 0.1)


def test_intervals_worked_by_hand():
    found, cleared = Rate(0.8, 50), Rate(0.9, 200)
    bounds = bound_positive(found, cleared, 0.1, 0.95)
    half = Z * math.sqrt(0.2 / 0.8 / 50 + 0.9 / 0.1 / 200)
    assert logit(bounds.low) == pytest.approx(logit(80 / 170) - half)
    assert logit(bounds.high) == pytest.approx(logit(80 / 170) + half)
    bounds = bound_negative(found, cleared, 0.1, 0.95)
    half = Z * math.sqrt(0.8 / 0.2 / 50 + 0.1 / 0.9 / 200)
    assert logit(bounds.low) == pytest.approx(logit(810 / 830) - half)
    assert logit(bounds.high) == pytest.approx(logit(810 / 830) + half)
    assert bounds.note is None


def test_a_rate_of_1_is_softened():
    bounds = bound_positive(Rate(0.8, 50), Rate(1.0, 200), 0.1, 0.95)
    assert 0 < bounds.low < bounds.high < 1
    assert "z^2 / 2" in bounds.note
    softened = Rate(1.0, 200).soften(0.95)
    assert softened.n == pytest.approx(200 + Z**2)
    assert softened.value == pytest.approx((200 + Z**2 / 2) / (200 + Z**2))

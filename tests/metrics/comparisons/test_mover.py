import pytest

from radzoo.core.plugins import Bounds
from radzoo.metrics.comparisons.confidence import tail_of, two_sided
from radzoo.metrics.comparisons.mover import recover
from radzoo.metrics.intervals.normal import STANDARD, critical_value
from radzoo.metrics.intervals.wilson import score_interval


def test_newcombes_example():
    # Newcombe 1998, table II (a): 56/70 - 48/80, method 10: 0.0524 to 0.3339.
    parts = score_interval(56 / 70, 70, 0.95), score_interval(48 / 80, 80, 0.95)
    found = recover((0.8, 0.6), parts)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_symmetric_parts_give_the_normal_interval():
    parts = Bounds(0.5 - 0.3, 0.5 + 0.3), Bounds(0.4 - 0.4, 0.4 + 0.4)
    found = recover((0.5, 0.4), parts)
    assert (found.low, found.high) == pytest.approx((0.1 - 0.5, 0.1 + 0.5))
    together = recover((0.5, 0.4), parts, correlation=1.0)
    assert (together.low, together.high) == pytest.approx((0.0, 0.2))


def test_tails_agree_with_intervals():
    def bounds(level):
        half = 0.1 * critical_value(level)
        return Bounds(0.25 - half, 0.25 + half)

    tail = tail_of(bounds, 0.25)
    for value in (-0.1, 0.0, 0.2, 0.3, 0.5):
        assert tail(value) == pytest.approx(STANDARD.cdf((value - 0.25) / 0.1), abs=1e-9)
    assert two_sided(tail) == pytest.approx(2 * STANDARD.cdf(-2.5), abs=1e-9)

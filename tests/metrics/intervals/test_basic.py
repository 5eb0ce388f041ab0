import numpy as np
import pytest

from radzoo.metrics.intervals.basic import basic
from radzoo.metrics.resampling import Draws


def draws(values, estimate):
    return Draws(estimate, np.sort(np.array(values, dtype=float)), np.empty(0))


def test_it_turns_the_errors_round():
    # Draws reach from 5 to 95 around 40: the value may be 35 below, or 55 above, the truth.
    bounds = basic(draws(range(101), 40), 0.9)
    assert (bounds.low, bounds.high) == pytest.approx((-15, 75))


def test_it_holds_the_value_where_all_draws_are_too_high():
    bounds = basic(draws(range(101), -10), 0.9)
    assert (bounds.low, bounds.high) == pytest.approx((-115, -10))

"""The inverse power law: what was put in comes out, and limits hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.metrics.power_law import EXPONENTS, fit_power_law

SIZES = np.array([50.0, 125.0, 250.0, 500.0])


@given(
    ceiling=st.floats(0.6, 0.99),
    drop=st.floats(0.05, 1.5),
    exponent=st.sampled_from(list(EXPONENTS[20:])),
)
def test_a_law_without_noise_is_found(ceiling, drop, exponent):
    law = fit_power_law(SIZES, ceiling - drop * SIZES**-exponent, limits=(0.0, 1.0))
    then = np.array([1000.0, 2000.0])
    assert law.at(then) == pytest.approx(ceiling - drop * then**-exponent, abs=2e-3)


def test_a_falling_curve_becomes_flat():
    law = fit_power_law(SIZES, np.array([0.9, 0.85, 0.8, 0.75]), limits=(0.0, 1.0))
    assert law.drop == 0
    assert law.at(SIZES) == pytest.approx([0.825] * 4)


def test_the_ceiling_stays_within_the_limits():
    law = fit_power_law(SIZES, np.array([0.5, 0.7, 0.9, 0.999]), limits=(0.0, 1.0))
    assert law.ceiling <= 1
    assert law.at(np.array([1e9]))[0] <= 1


def test_weights_say_which_values_to_believe():
    values = np.array([0.2, 0.80, 0.85, 0.87])
    trusting = fit_power_law(SIZES, values, limits=(0.0, 1.0), weights=np.array([1e-6, 1, 1, 1]))
    assert trusting.at(SIZES[1:]) == pytest.approx(values[1:], abs=0.01)

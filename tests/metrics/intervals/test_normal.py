import pytest

from radzoo.metrics.intervals.normal import SMALLEST_P, STANDARD, lower_tail


@pytest.mark.parametrize("z", [-3.0, -1.96, 0.0, 0.5, 4.0])
def test_the_tail_is_that_of_the_standard_library(z):
    assert lower_tail(z) == pytest.approx(STANDARD.cdf(z), rel=1e-12)


def test_a_tail_far_out_keeps_its_digits_and_is_never_0():
    # Mills' ratio: phi(z) / z * (1 - 1 / z**2 + 3 / z**4 - 15 / z**6), z = 20.
    assert STANDARD.cdf(-20.0) == 0.0
    expected = STANDARD.pdf(20.0) / 20 * (1 - 1 / 400 + 3 / 20**4 - 15 / 20**6)
    assert lower_tail(-20.0) == pytest.approx(expected, rel=1e-8)
    assert lower_tail(-100.0) == lower_tail(-float("inf")) == SMALLEST_P > 0

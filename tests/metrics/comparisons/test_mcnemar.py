import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.comparisons.mcnemar import Discordant, chi_squared, exact_p, mid_p

COUNTS = st.integers(0, 400)


def test_airway_reactivity():
    # Fagerland, Lydersen and Laake 2014, table 2: 1 and 7 discordant of 21 children.
    pairs = Discordant(1, 7, 21)
    assert exact_p(pairs) == pytest.approx(0.0703, abs=5e-5)
    assert mid_p(pairs) == pytest.approx(0.0391, abs=5e-5)
    assert chi_squared(pairs, corrected=False) == pytest.approx((4.5, 0.0339), abs=5e-5)
    assert chi_squared(pairs, corrected=True) == pytest.approx((3.125, 0.0771), abs=5e-5)


@given(COUNTS, COUNTS)
def test_equals_the_binomial_test(first, second):
    pairs = Discordant(first, second, 1000)
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert exact_p(pairs) == pytest.approx(expected, rel=1e-9)
    assert 0 < mid_p(pairs) <= exact_p(pairs) + 1e-12
    assert mid_p(pairs) == mid_p(Discordant(second, first, 1000))


@given(COUNTS, st.integers(1, 400))
def test_equals_the_chi_squared_distribution(first, second):
    statistic, p = chi_squared(Discordant(first, second, 1000), corrected=False)
    assert p == pytest.approx(chi2.sf(statistic, 1), rel=1e-9)


def test_models_that_never_disagree():
    assert exact_p(Discordant(0, 0, 9)) == mid_p(Discordant(0, 0, 9)) == 1
    with pytest.raises(UndefinedMetricError, match="disagree"):
        chi_squared(Discordant(0, 0, 9), corrected=False)

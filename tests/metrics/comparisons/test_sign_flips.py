import numpy as np
import pytest
from scipy.stats import binomtest

from radzoo.metrics.comparisons.sign_flips import N_DRAWS, flip_signs


def test_terms_of_one_size_are_a_fair_coin():
    terms = np.array([1.0] * 10 + [-1.0] * 2 + [0.0] * 5)
    assert flip_signs(terms, seed=0).p == pytest.approx(binomtest(2, 12).pvalue)


def test_worked_by_hand():
    # Of the 8 sums of 1, 2 and 4 only 7 and -7 are as far as 7; 6 are as far as 3.
    assert flip_signs(np.array([1.0, 2, 4]), seed=0).p == 2 / 8
    assert flip_signs(np.array([1.0, -2, 4]), seed=0).p == 6 / 8


def test_many_terms_are_drawn_near_the_exact_value():
    terms = np.array([1.0] * 45 + [-1.0] * 25)
    found = flip_signs(terms, seed=3)
    assert found.n_draws == N_DRAWS
    assert found.p == pytest.approx(binomtest(25, 70).pvalue, abs=0.004)
    assert found == flip_signs(terms, seed=3)
    assert found != flip_signs(terms, seed=4)


def test_p_is_never_0_and_1_without_terms():
    assert flip_signs(np.ones(100), seed=0).p == 1 / (N_DRAWS + 1)
    assert flip_signs(np.zeros(3), seed=0).p == 1

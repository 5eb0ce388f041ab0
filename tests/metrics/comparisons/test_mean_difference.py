"""Difference of means, against sums over all signs and the error of a mean worked by hand."""

from itertools import product

import numpy as np
import pytest

from radzoo.metrics.comparisons.mean_difference import compare_means
from radzoo.metrics.comparisons.pair import make_pair
from radzoo.metrics.masks.averages import mean_of

DICE = mean_of("dice", 0, (0, 1), higher_is_better=True)


def compare(first, second, patients=None):
    values = [np.asarray(one, dtype=float)[:, None] for one in (first, second)]
    pair = make_pair(np.zeros(len(first)), *values, patients=patients, kind="values")
    return compare_means(DICE, pair, level=0.95, n_boot=2000, seed=0)


def count_signs(differences):
    """Wilcoxon's p: in how many patterns of signs the sum of ranks is as far from its middle."""
    ranks = np.argsort(np.argsort(np.abs(differences))) + 1
    middle = ranks.sum() / 2
    seen = abs(ranks[np.asarray(differences) > 0].sum() - middle)
    sums = [np.dot(signs, ranks) for signs in product((0, 1), repeat=len(ranks))]
    return np.mean([abs(one - middle) >= seen for one in sums])


def test_patients_and_not_cases_are_tested_and_drawn():
    rng = np.random.default_rng(3)
    patients = [f"p{at // 3}" for at in range(36)]
    first = 0.8 + rng.normal(0, 0.02, 36)
    second = first - np.repeat(rng.normal(0.02, 0.03, 12), 3)
    found = compare(first, second, patients)
    of_patients = (first - second).reshape(12, 3).mean(axis=1)
    assert found.value == pytest.approx(of_patients.mean())
    assert (found.method, found.interval) == ("signed-rank", "bca")
    assert found.p == pytest.approx(count_signs(of_patients))
    error = of_patients.std(ddof=1) / np.sqrt(12)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.15)
    alone = compare(first, second)
    assert alone.high - alone.low < 0.75 * (found.high - found.low)
    assert alone.p < found.p


def test_differences_that_are_equal_in_decimals_are_ties():
    # As binary fractions all three differ, and the test would be exact.
    found = compare([0.91, 0.11, 0.20], [0.90, 0.10, 0.21])
    assert found.method == "signed-rank-normal"
    # Each of the three ranks is 2: V = 4, its mean 3, its variance 3.5 - (27 - 3) / 48 = 3.
    assert found.p == pytest.approx(0.77283, abs=1e-5)  # z = (1 - 0.5) / sqrt(3)


def test_the_same_values_cannot_be_told_apart():
    found = compare([0.9, 0.8, 0.3], [0.9, 0.8, 0.3])
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert found.first == pytest.approx(2 / 3)

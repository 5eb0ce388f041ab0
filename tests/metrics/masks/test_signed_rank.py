import itertools

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.masks.signed_rank import patient_means, rank, signed_rank


def all_patterns_p(differences):
    """By the definition: over every pattern of signs."""
    ranks, _ = rank(np.abs(differences))
    sums = [np.dot(signs, ranks) for signs in itertools.product([0, 1], repeat=len(ranks))]
    seen = ranks[differences > 0].sum()
    below, above = np.mean(np.array(sums) <= seen), np.mean(np.array(sums) >= seen)
    return min(1.0, 2 * min(below, above))


@pytest.mark.parametrize("seed", range(5))
def test_exact_p_counts_all_patterns_of_signs(seed):
    differences = np.random.default_rng(seed).normal(0.4, size=9)
    found = signed_rank(differences)
    assert found.method == "exact"
    assert found.p == pytest.approx(all_patterns_p(differences))


def test_depression_of_nine_patients():
    # Hollander and Wolfe 1973, page 29, as in R's example(wilcox.test): V = 40, p = 0.03906.
    before = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    after = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    found = signed_rank(before - after)
    assert (found.statistic, found.n, found.method) == (40.0, 9, "exact")
    assert found.p == pytest.approx(0.0390625)


@pytest.mark.parametrize("size", [30, 80])
def test_ties_and_zeros_as_scipy_has_them(size):
    from scipy.stats import wilcoxon

    differences = np.round(np.random.default_rng(size).normal(0.1, 1, size), 1)
    found = signed_rank(differences)
    kept = differences[differences != 0]
    assert (found.method, found.n) == ("normal", len(kept))
    wanted = wilcoxon(kept, zero_method="wilcox", correction=True, method="asymptotic")
    assert found.p == pytest.approx(wanted.pvalue, rel=1e-9)


def test_identical_models_have_p_of_1():
    assert signed_rank(np.zeros(8)).p == 1.0
    with pytest.raises(UndefinedMetricError):
        signed_rank(np.empty(0))


def test_patients_count_once():
    values = np.array([0.5, 0.7, 0.9, np.nan])
    assert patient_means(values, ["b", "b", "a", "c"]) == pytest.approx({"b": 0.6, "a": 0.9})
    assert patient_means(values, None) == {"0": 0.5, "1": 0.7, "2": 0.9}

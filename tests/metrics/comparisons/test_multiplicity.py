import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from radzoo.metrics.comparisons.multiplicity import ADJUSTMENTS, adjust

VALUES = [0.01, 0.02, 0.03, 0.04, 0.05]
LISTS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # Five evenly spaced p-values, worked by hand; the same as R's p.adjust.
        ("bonferroni", [0.05, 0.1, 0.15, 0.2, 0.25]),
        ("holm", [0.05, 0.08, 0.09, 0.09, 0.09]),
        ("hochberg", [0.05, 0.05, 0.05, 0.05, 0.05]),
        ("hommel", [0.05, 0.05, 0.05, 0.05, 0.05]),
        ("bh", [0.05, 0.05, 0.05, 0.05, 0.05]),
        ("by", [0.05 * 137 / 60] * 5),
        ("none", VALUES),
    ],
)
def test_worked_by_hand(method, expected):
    assert adjust(VALUES, method) == pytest.approx(expected)
    shuffled = adjust(VALUES[::-1], method)
    assert shuffled[::-1] == pytest.approx(expected)


def hommel_by_closure(values):
    """Reject a hypothesis at a level if Simes' test rejects every set that holds it."""
    size, found = len(values), []
    for one in range(size):
        worst = 0.0
        for mask in range(1, 2**size):
            if not mask >> one & 1:
                continue
            chosen = sorted(values[at] for at in range(size) if mask >> at & 1)
            simes = min(len(chosen) * p / (at + 1) for at, p in enumerate(chosen))
            worst = max(worst, simes)
        found.append(min(1.0, worst))
    return found


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_hommel_is_closed_testing_by_simes(values):
    assert adjust(values, "hommel") == pytest.approx(hommel_by_closure(values), abs=1e-12)


@given(LISTS)
def test_bh_and_by_equal_scipy(values):
    for method in ("bh", "by"):
        expected = false_discovery_control(values, method=method)
        assert adjust(values, method) == pytest.approx(expected.tolist(), abs=1e-12)


@given(LISTS, st.sampled_from(sorted(ADJUSTMENTS)))
def test_never_smaller_and_never_above_1(values, method):
    adjusted = np.array(adjust(values, method))
    assert (adjusted >= np.array(values) - 1e-12).all()
    assert (adjusted <= 1).all()


def test_what_does_not_exist_counts_for_nothing():
    assert adjust([None, 0.01, None, 0.04], "holm") == [None, 0.02, None, 0.04]
    assert adjust([None], "bh") == [None]

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import auroc
from radzoo.metrics.partial_auroc import partial_auroc

# The curve: (0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1).
TARGETS, SCORES = np.array([0.0, 1, 0, 1]), np.array([1.0, 2, 3, 4])
CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("focus", "low", "high", "raw"),
    [
        ("specificity", 0.9, 1.0, 0.05),
        ("specificity", 0.5, 1.0, 0.25),
        ("specificity", 0.25, 0.75, 0.375),
        ("sensitivity", 0.9, 1.0, 0.05),
        ("sensitivity", 0.25, 0.75, 0.375),
        ("specificity", 0.0, 1.0, 0.75),
    ],
)
def test_worked_by_hand(focus, low, high, raw):
    part = {"focus": focus, "low": low, "high": high}
    assert partial_auroc(TARGETS, SCORES, corrected=False, **part) == pytest.approx(raw)
    width, chance = high - low, (high - low) * (1 - (low + high) / 2)
    expected = (1 + (raw - chance) / (width - chance)) / 2
    assert partial_auroc(TARGETS, SCORES, **part) == pytest.approx(expected)


@given(CASES)
def test_the_whole_is_auroc_and_parts_add_up(cases):
    targets, scores = np.array(cases, dtype=float).T
    assume(0 < targets.sum() < targets.size)
    assert partial_auroc(targets, scores, low=0.0) == pytest.approx(auroc(targets, scores))
    for focus in ("specificity", "sensitivity"):
        parts = [
            partial_auroc(targets, scores, focus=focus, low=low, high=high, corrected=False)
            for low, high in ((0.0, 0.3), (0.3, 0.75), (0.75, 1.0))
        ]
        assert sum(parts) == pytest.approx(auroc(targets, scores))


def test_weights_count_cases():
    weights = np.array([1.0, 2, 1, 0])
    assert partial_auroc(TARGETS, SCORES, weights, low=0.0) == pytest.approx(0.5)


def test_a_part_must_be_one():
    with pytest.raises(ValueError, match="low < high"):
        partial_auroc(TARGETS, SCORES, low=1.0)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_is_undefined(target):
    with pytest.raises(UndefinedMetricError):
        partial_auroc(np.full(4, target), np.arange(4.0))

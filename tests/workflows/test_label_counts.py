"""What a label says: findings, classes, other values, and measured numbers."""

from pathlib import Path

import pytest

from radzoo.core.case import Case
from radzoo.workflows.label_counts import count_label


def cases(*values, split=None):
    return [Case(str(n), Path("a.png"), {"y": value}, split=split)
            for n, value in enumerate(values)]  # fmt: skip


@pytest.mark.parametrize("values", [(0.0, 1.0, None), (1.0,), (None,), ()])
def test_a_finding_has_no_list_of_values(values):
    counts = count_label(cases(*values), "y")
    assert (counts.values, counts.measured) == ({}, None)


def test_every_other_value_is_counted_by_split():
    counts = count_label(
        [*cases(-1.0, 0.0, 2.0, split="train"), *cases(2.0, 0.25, None, split="test")], "y"
    )
    plain = {value: (one.n, one.by_split) for value, one in counts.values.items()}
    assert plain == {
        "-1": (1, {"train": 1, "test": 0}), "0": (1, {"train": 1, "test": 0}),
        "0.25": (1, {"train": 0, "test": 1}), "2": (2, {"train": 1, "test": 1}),
    }  # fmt: skip
    assert list(plain) == ["-1", "0", "0.25", "2"]
    assert counts.n_unlabelled == 1
    assert sum(one.n for one in counts.values.values()) == counts.n_positive + counts.n_negative


def test_classes_have_names_even_where_two_are_left():
    counts = count_label(cases(0.0, 1.0), "y", ("a", "b", "c"))
    assert [(one.name, one.n) for one in counts.values.values()] == [("a", 1), ("b", 1), ("c", 0)]


@pytest.mark.parametrize(("n", "measured"), [(50, False), (51, True)])
def test_fifty_values_are_counted_and_more_are_measured(n, measured):
    counts = count_label(cases(*map(float, range(n))), "y")
    assert (counts.measured is not None) == measured
    assert len(counts.values) == (0 if measured else n)


def test_a_measured_label_by_split():
    train, test = cases(*map(float, range(51)), split="train"), cases(None, split="test")
    measured = count_label([*train, *test], "y").measured
    assert (measured.n, measured.smallest, measured.median, measured.largest) == (51, 0, 25, 50)
    assert measured.by_split["train"].median == 25
    assert measured.by_split["test"] is None

"""Refusals: codes, and the few numbers that may be said with them."""

import pytest

from radzoo.data.guard import plain_numbers
from radzoo.data.refusal import ImageRefused, describe_numbers


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((5, 1), "it has 5, numbered 1 to 5"),
        ((20, 0), "it has 20, numbered 0 to 19"),
        ((1, 1), "it has 1, numbered 1"),
        ((0, 0), "it has none"),
        ((), ""),
        ((1, 2, 3), ""),
    ],
)
def test_how_many_parts_there_are(numbers, said):
    assert describe_numbers("no-member", numbers) == said


def test_other_codes_have_nothing_to_add():
    assert describe_numbers("damaged", (1, 2)) == describe_numbers("missing-slices", (1, 2)) == ""


def test_only_codes_of_the_table_are_refusals():
    assert ImageRefused("no-member", 5, 1).numbers == (5, 1)
    with pytest.raises(ValueError, match="not a reason code"):
        ImageRefused("Jane Doe")


@pytest.mark.parametrize(
    "answered", [None, "Jane Doe", {"a": 1}, [1, "Jane Doe"], [float("nan")], [float("inf"), 1]]
)
def test_only_finite_numbers_of_a_child_are_believed(answered):
    assert plain_numbers(answered) == ()
    assert plain_numbers([3, 2.5]) == (3, 2.5)

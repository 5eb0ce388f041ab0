"""Too few cases are warned of before hours are spent on them."""

from pathlib import Path

from radzoo.core.case import Case, Manifest
from radzoo.workflows.case_counts import warn_of_few


def cases(split, present, absent):
    return [
        Case(f"{split}-{n}", Path("x.png"), {"mass": float(n < present)}, split=split)
        for n in range(present + absent)
    ]


def test_the_split_and_the_counts_are_named():
    manifest = Manifest((*cases("train", 9, 40), *cases("val", 10, 10)), ("mass",))
    (warning,) = warn_of_few(manifest)
    assert warning.startswith("train has 9 cases with 'mass' and 40 without: too few to learn")


def test_enough_is_silent_and_test_is_left_to_the_evaluation():
    manifest = Manifest(
        (*cases("train", 10, 10), *cases("val", 10, 10), *cases("test", 1, 1)), ("mass",)
    )
    assert warn_of_few(manifest) == ()

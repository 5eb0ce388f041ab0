"""Too few cases are warned of before hours are spent on them."""

from pathlib import Path

from radzoo.core.case import Case, Manifest
from radzoo.workflows.case_counts import warn_of_few


def cases(split, present, absent):
    return [
        Case(
            f"{split}-{n}", Path("x.png"), {"mass": float(n < present), "edema": n % 2}, split=split
        )
        for n in range(present + absent)
    ]


def test_split_labels_and_counts_are_named():
    manifest = Manifest((*cases("train", 9, 40), *cases("val", 10, 10)), ("mass", "edema"))
    (warning,) = warn_of_few(manifest)
    assert warning.startswith("train has too few cases to learn from")
    assert warning.endswith(": mass (9 with, 40 without)")


def test_enough_is_silent_and_test_is_left_to_the_evaluation():
    every = (*cases("train", 10, 10), *cases("val", 10, 10), *cases("test", 1, 1))
    assert warn_of_few(Manifest(every, ("mass",))) == ()


def test_classes_and_numbers_are_counted_as_such():
    values = [0.0] * 10 + [1.0] * 9
    every = tuple(Case(str(at), Path("x"), {"y": y}, split="train") for at, y in enumerate(values))
    manifest = Manifest(every, ("y",), classes={"y": ("a", "b")})
    (warning, *_) = warn_of_few(manifest, "class")
    assert warning.endswith(": b (9)")
    assert not [said for said in warn_of_few(manifest, "number") if said.startswith("train")]


def test_what_nothing_can_be_learnt_of_is_named():
    known = [(1.0, 0.0), (1.0, 1.0), (None, 0.0)]
    every = tuple(
        Case(str(at), Path("x"), {"a": a, "b": b}, split="train") for at, (a, b) in enumerate(known)
    )
    warning = warn_of_few(Manifest(every, ("a", "b")))[-1]
    assert warning.startswith("nothing can be learnt of a: ")

"""Which cases have the mask that a segmentation needs."""

from pathlib import Path

import pytest

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.data.masked import keep_masked


def manifest(*cases):
    return Manifest(
        tuple(
            Case(f"c{number}", Path(), {}, split=split, mask=Path("m") if masked else None)
            for number, (split, masked) in enumerate(cases)
        ),
        (),
    )


def test_cases_without_a_mask_are_refused_and_counted():
    got = keep_masked(manifest(("train", True), ("train", False), ("test", True), ("test", False)))
    assert [case.case_id for case in got.cases] == ["c0", "c2"]
    assert [one.case_id for one in got.refused] == ["c1", "c3"]
    assert all(one.reason.startswith("no-mask") for one in got.refused)


def test_a_test_split_whose_masks_are_secret_is_left_out():
    got = keep_masked(manifest(("train", True), (None, True), ("test", False), ("test", False)))
    assert len(got.cases) == 2
    assert got.refused == ()
    assert "2 test cases" in got.notes[0]


def test_training_cases_alone_are_split_anew():
    got = keep_masked(manifest(("train", True), ("train", True), ("test", False)))
    assert [case.split for case in got.cases] == [None, None]
    assert "split anew" in got.notes[-1]
    kept = keep_masked(manifest(("train", True), ("val", True)))
    assert [case.split for case in kept.cases] == ["train", "val"]


def test_all_or_none():
    whole = manifest(("train", True), ("test", True))
    assert keep_masked(whole) == whole
    with pytest.raises(InputError, match="none of the 2 cases has a mask") as caught:
        keep_masked(manifest(("train", False), ("test", False)))
    assert (caught.value.id, caught.value.exit_code) == ("no-masks", 3)

"""The stamp of a split: the same everywhere, another one for any change that matters."""

from dataclasses import replace
from pathlib import Path

import pytest

from radzoo.core import delimited
from radzoo.core.case import Case, Manifest
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.manifest_file import write_manifest
from radzoo.data.split.stamp import check_stamp, stamp

CASES = tuple(
    Case(f"ä{i}", Path(f"{i}.png"), {"x": float(i % 2)}, f"=p{i}", split=split)
    for i, split in enumerate(("train", "train", "val", "test"))
)


def test_it_is_this_one_on_every_machine():
    assert stamp(CASES) == stamp(CASES[::-1]) == "6688310029fe2780"


@pytest.mark.parametrize(
    "change",
    [
        {"split": "test"}, {"case_id": "other"}, {"patient_id": "other"},
        {"groups": {"fold": "1"}},
    ],
)  # fmt: skip
def test_any_change_shows(change):
    assert stamp((replace(CASES[0], **change), *CASES[1:])) != stamp(CASES)
    assert stamp(CASES[1:]) != stamp(CASES)


def test_targets_and_paths_do_not_matter():
    moved = tuple(replace(case, path=Path("b"), targets={}) for case in CASES)
    assert stamp(moved) == stamp(CASES)


def test_without_splits_there_is_none():
    assert stamp([replace(case, split=None) for case in CASES]) == ""


@pytest.mark.parametrize("name", ["m.csv", "m.parquet"])
def test_a_manifest_that_was_changed_is_noticed(tmp_path, name):
    for case in CASES:
        (tmp_path / case.path).write_bytes(b"x")
    cases = tuple(replace(case, path=tmp_path / case.path) for case in CASES)
    write_manifest(tmp_path / name, Manifest(cases, ("x",)))
    read = load_manifest(tmp_path / name, options=DataOptions())
    assert (stamp(read.cases), read.notes) == (stamp(CASES), ())
    if name == "m.csv":
        columns = delimited.read_columns(tmp_path / name)
        columns["split"][0] = "test"
        delimited.write_columns(tmp_path / name, columns)
        (note,) = load_manifest(tmp_path / name, options=DataOptions()).notes
        assert note.startswith(
            f"the split is not the one that was stamped (split_id {stamp(CASES)}"
        )


def test_rows_of_another_split_are_noticed():
    assert check_stamp(CASES, [stamp(CASES), "", stamp(CASES)])
    assert not check_stamp(CASES, ["", ""])

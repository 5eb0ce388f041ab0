"""Splits: by patient, the same for any order of rows, leaks said or refused."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LABEL, manifests

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.errors import InputError
from radzoo.data.split import complete_splits


def manifest_of(*rows: tuple[str, float | None, str | None]) -> Manifest:
    cases = tuple(
        Case(f"case {number}", Path("a"), {LABEL: target}, patient, split=split)
        for number, (patient, target, split) in enumerate(rows)
    )
    return Manifest(cases, (LABEL,))


def places(manifest: Manifest, seed: int = 0) -> dict[str, str | None]:
    done, _ = complete_splits(manifest, seed=seed, allow_leakage=False)
    return {case.case_id: case.split for case in done.cases}


def many(n: int, split: str | None = None) -> Manifest:
    return manifest_of(*((f"p{i}", float(i % 4 == 0), split) for i in range(n)))


@given(manifests(), st.integers(0, 9))
def test_no_patient_in_two_splits(manifest, seed):
    done, _ = complete_splits(manifest, seed=seed, allow_leakage=False)
    assert all(case.split in SPLITS for case in done.cases)
    for patient in {case.patient_id for case in done.cases} - {""}:
        assert len({case.split for case in done.cases if case.patient_id == patient}) == 1


@given(manifests(), st.randoms(use_true_random=False), st.integers(0, 9))
def test_the_order_of_rows_is_irrelevant(manifest, random, seed):
    shuffled = list(manifest.cases)
    random.shuffle(shuffled)
    assert places(manifest, seed) == places(replace(manifest, cases=tuple(shuffled)), seed)


@given(manifests(("train", "val", "test", None)), st.booleans())
def test_given_splits_are_kept_or_refused(manifest, allow):
    given_splits = {case.split for case in manifest.cases}
    patients = {case.patient_id for case in manifest.cases if case.patient_id}
    leaks = any(
        len({case.split for case in manifest.cases if case.patient_id == patient}) > 1
        for patient in patients
    )
    if given_splits > {None} or (leaks and not allow):
        with pytest.raises(InputError) as caught:
            complete_splits(manifest, seed=0, allow_leakage=allow)
        assert caught.value.id in {"incomplete-split", "patient-leakage"}
        return
    done, warnings = complete_splits(manifest, seed=0, allow_leakage=allow)
    assert any("leakage" in warning for warning in warnings) == leaks
    for before, after in zip(manifest.cases, done.cases, strict=True):
        moved_to_val = before.split == "train" and "val" not in given_splits
        if before.split is not None and not (moved_to_val and after.split == "val"):
            assert after.split == before.split


def test_parts_and_stratification():
    done, warnings = complete_splits(many(1000), seed=0, allow_leakage=False)
    count = Counter((case.split, case.targets[LABEL]) for case in done.cases)
    assert count == {
        ("train", 1.0): 175, ("val", 1.0): 25, ("test", 1.0): 50,
        ("train", 0.0): 525, ("val", 0.0): 75, ("test", 0.0): 150,
    }  # fmt: skip
    assert warnings == ()


def test_an_eighth_of_the_training_patients_becomes_val():
    manifest = many(800, "train")
    done, _ = complete_splits(
        replace(manifest, cases=(*manifest.cases, *manifest_of(("t", 1.0, "test")).cases)),
        seed=0, allow_leakage=False,
    )  # fmt: skip
    assert Counter(case.split for case in done.cases) == {"train": 700, "val": 100, "test": 1}


def test_few_patients_of_each_class_still_reach_every_split():
    manifest = manifest_of(*((f"p{i}", float(i < 3), None) for i in range(6)))
    done, _ = complete_splits(manifest, seed=0, allow_leakage=False)
    seen = {(case.split, case.targets[LABEL]) for case in done.cases}
    assert seen == {(split, target) for split in SPLITS for target in (0.0, 1.0)}


def test_another_seed_gives_another_split():
    assert places(many(100), 0) != places(many(100), 1)


def test_the_split_is_this_one_on_every_machine():
    got = places(many(20), 7)
    assert [name for name, split in got.items() if split == "test"] == [
        "case 6", "case 8", "case 9", "case 14",
    ]  # fmt: skip


def test_leakage_is_refused_with_counts():
    rows = [("a", 1.0, "train"), ("a", 0.0, "test"), ("b", 1.0, "train"), ("b", 0.0, "test"),
            ("c", 1.0, "val"), ("c", 1.0, "test")]  # fmt: skip
    seen = "2 patients are in train and test; 1 patient is in val and test"
    with pytest.raises(InputError, match=seen) as caught:
        complete_splits(manifest_of(*rows), seed=0, allow_leakage=False)
    assert (caught.value.id, caught.value.exit_code) == ("patient-leakage", 3)
    done, warnings = complete_splits(manifest_of(*rows), seed=0, allow_leakage=True)
    assert [case.split for case in done.cases] == [split for _, _, split in rows]
    assert warnings[0].startswith("patient leakage: 2 patients")


def test_a_leaking_patient_does_not_become_val():
    rows = [("leak", 1.0, "train"), ("leak", 1.0, "test"),
            *((f"p{i}", 1.0, "train") for i in range(9))]  # fmt: skip
    done, _ = complete_splits(manifest_of(*rows), seed=0, allow_leakage=True)
    assert [case.split for case in done.cases[:2]] == ["train", "test"]
    assert any(case.split == "val" for case in done.cases)


def test_unknown_patients_are_said_once():
    _, warnings = complete_splits(manifest_of(("", 1.0, None), ("", 0.0, None)), seed=0,
                                  allow_leakage=False)  # fmt: skip
    assert len(warnings) == 1
    assert warnings[0].startswith("2 of 2 cases have no patient identifier")


def test_a_split_for_some_cases_only_is_refused():
    with pytest.raises(InputError, match="1 of 2 cases have no split"):
        places(manifest_of(("a", 1.0, "train"), ("b", 1.0, None)))

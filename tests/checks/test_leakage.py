"""Copies, altered copies, later images and telling columns: planted, and on clean sets."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks import CHECKS
from radzoo.checks.augmented_copies import examine as look_for_altered
from radzoo.checks.check import Silent
from radzoo.checks.duplicates import examine as look_for_copies
from radzoo.checks.fitted_on_all import examine as look_for_fits
from radzoo.checks.near_duplicates import find_duplicates, search
from radzoo.checks.patient_overlap import examine as look_for_patients
from radzoo.checks.telling_columns import examine as look_at_columns
from radzoo.checks.time_travel import examine as look_at_times
from radzoo.demo import planted_traps as traps
from radzoo.workflows.audit.pictures import fingerprint


@pytest.fixture(scope="module")
def clean():
    return traps.draw_set(traps.draw_pool(120), 120, 0)


def subject_of(data):
    subject = audited(
        data.positive, patients=np.unique(data.patients, return_inverse=True)[1],
        splits=data.splits, columns=data.columns,
    )  # fmt: skip
    return replace(subject, pictures=fingerprint(data.images, range(len(data))))


def test_patients_in_two_splits_are_counted():
    subject = audited([0, 1, 0, 1], patients=[0, 0, 1, 2], splits=["train", "test", "test", "val"])
    (verdict,) = look_for_patients(subject)
    assert verdict.severity == "error"
    assert verdict.rows == (0, 1)
    assert verdict.message.startswith("1 patient ids stand in both train and test (2 cases")


def test_studies_are_compared_where_patients_are_not_known():
    subject = audited([0, 1], splits=["train", "test"])
    assert look_for_patients(subject).kind == "cannot judge"
    subject = replace(subject, identifiers={"study": ("a", "a"), "series": ("", "")})
    (verdict,) = look_for_patients(subject)
    assert verdict.severity == "error"
    assert verdict.evidence.rows[0]["what"] == "study"


def test_blank_identifiers_are_no_overlap():
    subject = audited([0, 1], patients=[0, 1], splits=["train", "test"])
    subject = replace(subject, identifiers={"study": ("", "")})
    (verdict,) = look_for_patients(subject)
    assert verdict.severity is None


def test_data_without_splits_have_no_overlap():
    assert look_for_patients(audited([0, 1], patients=[0, 0])).kind == "not applicable"


@pytest.mark.parametrize(
    ("alter", "kind"),
    [
        (traps.by_nothing, "exact"), (traps.by_jpeg, "same"), (traps.by_contrast, "same"),
        (traps.by_flip, "mirrored"), (traps.by_text, "same"),
    ],
)  # fmt: skip
def test_copies_across_splits_are_found(clean, alter, kind):
    data = traps.copy_across(alter)(clean, 0.05, np.random.default_rng(0))
    subject = subject_of(data)
    (verdict,) = look_for_copies(subject)
    assert verdict.severity == "error"
    changed = np.flatnonzero((data.images != clean.images).any(axis=(1, 2)))
    # At 64 pixels a burnt-in text is a large part of an image.
    assert 2 * len(set(changed) & set(verdict.rows)) >= len(changed)
    assert alter is traps.by_text or set(changed) <= set(verdict.rows)
    assert {row["kind"] for row in verdict.evidence.rows} == {kind}


def test_negatives_are_found(clean):
    data = traps.copy_across(lambda images, chance: 255 - images)(
        clean, 0.05, np.random.default_rng(0)
    )
    (verdict,) = look_for_copies(subject_of(data))
    assert {row["kind"] for row in verdict.evidence.rows} == {"inverted"}


def test_clean_sets_have_no_copies(clean):
    subject = subject_of(clean)
    (verdict,) = look_for_copies(subject)
    assert verdict.severity is None
    (verdict,) = look_for_altered(subject)
    assert verdict.severity is None


def test_every_pair_of_all_is_found_by_the_bound(clean):
    images = np.concatenate([clean.images[:40], clean.images[:40]])
    found = search(fingerprint(images, range(80)))
    assert sorted(map(tuple, found.exact.tolist())) == [(row, row + 40) for row in range(40)]
    assert len(np.unique(found.clusters)) == 40


def test_flat_images_are_copies_of_nothing():
    found = search(fingerprint(np.zeros((5, 64, 64), np.uint8), range(5)))
    assert len(found.exact) == len(found.near) == 0
    assert len(np.unique(found.clusters)) == 5


def test_the_search_is_made_once_for_the_same_pictures(clean):
    pictures = fingerprint(clean.images[:5], range(5))
    assert find_duplicates(pictures) is find_duplicates(pictures)


def test_turned_copies_are_found_by_the_orbit_alone(clean):
    data = traps.copy_across(traps.by_turn)(clean, 0.05, np.random.default_rng(0))
    subject = subject_of(data)
    assert look_for_copies(subject)[0].severity is None
    (verdict,) = look_for_altered(subject)
    assert verdict.severity == "error"
    changed = np.flatnonzero((data.images != clean.images).any(axis=(1, 2)))
    assert set(changed) <= set(verdict.rows)


def test_later_images_in_training_are_found():
    days = ["20200101", "20210101", "20220101", "2022-02-02"]
    splits = ["test", "train", "train", "test"]
    subject = audited([0, 1, 0, 1], patients=[0, 0, 1, 2], splits=splits, columns={"date": days})
    (verdict,) = look_at_times(subject)
    assert verdict.severity == "error"
    assert verdict.rows == (0,)


@pytest.mark.parametrize(
    ("days", "severity"),
    [(["2020-01-01", "2021-01-01"], None), (["2021-01-01", "2020-01-01"], "info")],
)
def test_a_test_that_is_not_later_is_told(days, severity):
    subject = audited([0, 1], patients=[0, 1], splits=["train", "test"], columns={"date": days})
    assert look_at_times(subject)[0].severity == severity


def test_times_cannot_be_judged_without_dates():
    assert look_at_times(audited([0, 1], splits=["train", "test"])).kind == "cannot judge"


def test_the_answer_in_a_description_is_found(clean):
    data = traps.describe_answer(clean, 1.0, np.random.default_rng(0))
    (verdict,) = look_at_columns(subject_of(data))
    assert verdict.severity == "error"
    assert "series_description" in verdict.message
    assert verdict.evidence.rows[0]["word"] in ("drain", "post", "routine")


def test_columns_that_say_nothing_pass(clean):
    chance = np.random.default_rng(1)
    data = clean.with_column("batch", chance.choice(["a", "b", "c"], len(clean)))
    (verdict,) = look_at_columns(subject_of(data))
    assert verdict.severity is None


def test_class_folders_are_no_leak(clean):
    folders = np.where(clean.positive == 1, "ILL", "WELL")
    outcome = look_at_columns(subject_of(clean.with_column("folder", folders)))
    assert isinstance(outcome, Silent)


def test_a_mean_of_all_cases_is_found():
    subject = audited([0, 1, 1], splits=["train", "train", "test"],
                      settings={"labels": ["age"], "reading": {"centre": [2.0]}})  # fmt: skip
    cases = tuple(
        replace(case, targets={"age": value})
        for case, value in zip(subject.cases, (0.0, 1.0, 5.0), strict=True)
    )
    subject = replace(subject, cases=cases)
    assert look_for_fits(subject)[0].severity == "error"
    honest = {"labels": ["age"], "reading": {"centre": [0.5]}}
    subject = replace(subject, model=replace(subject.model, settings=honest))
    assert look_for_fits(subject)[0].severity is None


def test_codes_are_unique_and_sorted():
    assert list(CHECKS) == sorted(CHECKS)
    for code, check in CHECKS.items():
        assert check.code == code

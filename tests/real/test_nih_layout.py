"""A thousand real rows of NIH ChestX-ray14, read by its layout."""

from collections import Counter

import pytest

from radzoo.data.load import DataOptions, load_manifest

pytestmark = pytest.mark.real


def test_a_copy_of_nih_chestxray14(real_data):
    folder = real_data / "nih_cxr"
    options = DataOptions(data_format="nih-cxr14")
    got = load_manifest(folder / "labels.csv", options=options)
    assert len(got.cases) == 1000
    assert len(got.labels) == 14
    counts = Counter(label for case in got.cases for label, value in case.targets.items() if value)
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        text = file.read()
    for label in got.labels:
        listed = text.count(f"{label}|") + text.count(f"{label},")
        assert counts[label] == listed, label
    splits = Counter(case.split for case in got.cases)
    assert splits == {"train": 600, "val": 200, "test": 200}
    assert all(case.patient_id for case in got.cases)
    assert {case.groups["view"] for case in got.cases} == {"PA", "AP"}
    assert {case.groups["sex"] for case in got.cases} == {"M", "F"}
    note = "looked for the file {Image Index}: 1,000 of 1,000 rows have an image; "
    assert f"{note}0 images have no row" in got.notes


def test_only_frontal_views_are_asked_for(real_data):
    options = DataOptions(data_format="nih-cxr14", view="PA")
    got = load_manifest(real_data / "nih_cxr/labels.csv", options=options)
    assert {case.groups["view"] for case in got.cases} == {"PA"}
    assert 0 < len(got.cases) < 1000

"""Hints at another way to read a data set: given where they help, and nowhere else."""

from pathlib import Path

import pytest

from radzoo.core.case import Case
from radzoo.workflows.layout_hints import hint_series, hint_table


def slices(n, series="a", **facts):
    cases = [Case(f"{series}{number}", Path("a.dcm"), {}, series_id=series) for number in range(n)]
    return cases, [{"modality": "CT", "frames": 1} | facts] * n


def test_slices_of_ct_are_told_from_single_images():
    one, other = slices(3), slices(4, "b")
    (hint,) = hint_series(*one, "unlabelled")
    assert hint.startswith("3 of the images are slices of one series and")
    assert "--data-format dicom-series" in hint
    (hint,) = hint_series(one[0] + other[0], one[1] + other[1], "dicom-csv")
    assert hint.startswith("7 of the images are slices of 2 series")


@pytest.mark.parametrize(
    ("found", "data_format"),
    [
        (slices(2), "unlabelled"),
        (slices(5, modality="DX"), "unlabelled"),
        (slices(5, frames=40), "unlabelled"),
        (slices(5, ""), "unlabelled"),
        (slices(5), "rsna-ich"),
        (slices(5), "dicom-series"),
        (([], []), "unlabelled"),
    ],
)
def test_what_is_no_series_or_known_to_be_single_is_left_alone(found, data_format):
    assert hint_series(*found, data_format) == ()


def test_a_table_beside_images_is_named(tmp_path):
    assert hint_table(tmp_path, "unlabelled", joined=False) == ()
    for name in ("boxes.csv", "labels.CSV", ".labels.csv", "labels.txt"):
        (tmp_path / name).touch()
    (hint,) = hint_table(tmp_path, "unlabelled", joined=False)
    assert f"--labels {tmp_path / 'labels.CSV'} joins" in hint
    assert hint_table(tmp_path, "unlabelled", joined=True) == ()
    assert hint_table(tmp_path, "imagefolder", joined=False) == ()
    assert hint_table(tmp_path / "boxes.csv", "unlabelled", joined=False) == ()
    (tmp_path / "labels.CSV").unlink()
    assert "boxes.csv" in hint_table(tmp_path, "unlabelled", joined=False)[0]

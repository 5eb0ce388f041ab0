"""The presets `nifti` and `dicom-series`, the column `mask`, and what is said of volumes."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from dicoms import make_dicom
from volumes import box, write_enhanced, write_series

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.manifest_file import write_manifest
from radzoo.data.volume import read_volume
from radzoo.workflows.describe import describe

PLACE = Path("x")
FREE = DataOptions(needs_targets=False)
UP = [(0, 0, 2.0 * number) for number in range(4)]


def write_nifti(path, shape=(4, 5, 6)):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(np.zeros(shape, np.int16), np.diag([0.5, 0.7, 2.5, 1]))
    nibabel.save(image, path)


@pytest.fixture
def head(tmp_path):
    write_nifti(tmp_path / "d" / "a.nii.gz")
    write_nifti(tmp_path / "d" / "sub" / "b.nii")
    (tmp_path / "d" / "z.txt").write_text("notes")
    return tmp_path / "d"


@pytest.fixture
def series(tmp_path):
    folder = tmp_path / "dicom"
    write_series(folder / "p1" / "ct", box(), PatientID="p1", SeriesInstanceUID="1.2.10")
    write_series(folder / "p2", box(3), PatientID="p2", SeriesInstanceUID="1.2.20")
    for number, path in enumerate(
        write_series(folder / "x", box(2), PatientID="p2", SeriesInstanceUID="1.2.21")
    ):
        path.rename(folder / "p2" / f"other{number}.dcm")
    write_enhanced(folder / "enhanced.dcm", box(), UP)
    return folder


class TestNifti:
    def test_each_file_is_a_case(self, head):
        manifest = load_manifest(head, options=FREE)
        assert [case.case_id for case in manifest.cases] == ["a.nii.gz", "sub/b.nii"]
        assert manifest.notes == ("1 files are no NIfTI files and were left alone",)

    def test_labels_are_joined_by_stem_or_path(self, head, tmp_path):
        table = tmp_path / "labels.csv"
        table.write_text("file,target:bleeding\na,1\nsub/b.nii,0\n")
        options = DataOptions(data_format="nifti", labels=table)
        manifest = load_manifest(head, options=options)
        assert [case.targets["bleeding"] for case in manifest.cases] == [1, 0]

    def test_without_labels_they_cannot_teach(self, head):
        with pytest.raises(InputError, match="no labels"):
            load_manifest(head, options=DataOptions(data_format="nifti"))

    def test_folders_of_images_and_labels_of_the_same_names_are_masks(self, tmp_path):
        for name in ("images/a.nii.gz", "images/b.nii.gz", "labels/a.nii.gz"):
            write_nifti(tmp_path / name)
        manifest = load_manifest(tmp_path, options=FREE)
        assert [(case.case_id, case.mask) for case in manifest.cases] == [
            ("images/a.nii.gz", tmp_path / "labels/a.nii.gz"),
            ("images/b.nii.gz", None),
        ]
        assert manifest.notes == ("1 of 2 images have a mask of their name in labels",)

    def test_where_no_two_names_agree_each_file_is_a_case(self, tmp_path):
        for name in ("images/a.nii.gz", "labels/b.nii.gz"):
            write_nifti(tmp_path / name)
        manifest = load_manifest(tmp_path, options=FREE)
        assert [case.mask for case in manifest.cases] == [None] * 2

    def test_a_broken_file_stays_a_case_and_is_refused_with_a_reason(self, head):
        (head / "c.nii.gz").write_bytes(b"nothing of the kind")
        report = describe(head, options=FREE, workers=1)
        assert report.data_format == "nifti"
        assert [(one.path, one.reason.split(":")[0]) for one in report.refused] == [
            ("c.nii.gz", "unknown-format")
        ]
        assert report.spacings_mm == {"2.5 x 0.7 x 0.5": 2}
        assert report.slices.median == 6


class TestSeries:
    def test_each_series_is_a_case(self, series):
        manifest = load_manifest(
            series, options=DataOptions(data_format="dicom-series", needs_targets=False)
        )
        names = [case.case_id.partition("/")[0] for case in manifest.cases]
        assert sorted(names) == ["enhanced.dcm", "p1", "p2", "p2"]
        assert len({case.case_id for case in manifest.cases}) == 4
        sizes = {len(read_volume(case.path, case.member, case.parts).values)
                 for case in manifest.cases}  # fmt: skip
        assert sizes == {2, 3, 4}
        assert all("1.2" not in case.case_id + case.member for case in manifest.cases)

    def test_labels_are_joined_by_series_or_folder(self, series, tmp_path):
        table = tmp_path / "labels.csv"
        options = DataOptions(data_format="dicom-series", labels=table)
        table.write_text("SeriesInstanceUID,target:x\n1.2.10,1\n1.2.20,0\n1.2.21,1\n")
        manifest = load_manifest(series, options=options)
        assert {case.case_id.split("/")[0]: case.targets["x"] for case in manifest.cases
                if case.patient_id != manifest.cases[-1].patient_id} == {"p1": 1}  # fmt: skip
        assert len(manifest.cases) == 3
        table.write_text("path,target:x\np1/ct,1\n")
        assert [case.targets for case in load_manifest(series, options=options).cases] == [{"x": 1}]

    def test_describe_shows_spacings_units_and_remarks(self, series):
        make_dicom(series / "radiograph.dcm", box()[0], PixelSpacing=[0.2, 0.2])
        report = describe(
            series, options=DataOptions(data_format="dicom-series", needs_targets=False), workers=1
        )
        assert report.spacings_mm == {"2 x 0.7 x 0.5": 4, "0.2 x 0.2": 1}
        assert report.units == {"HU": 4}
        assert report.slices.largest == 4
        assert any("(hu-range)" in note for note in report.notes)  # no air in `enhanced.dcm`


def test_a_manifest_with_series_and_masks_is_read_as_it_was_written(series, tmp_path):
    options = DataOptions(data_format="dicom-series", needs_targets=False)
    found = load_manifest(series, options=options)
    cases = tuple(
        Case(case.case_id, case.path, {"x": 1.0}, member=case.member, parts=case.parts,
             mask=tmp_path / "masks" / "m.dcm", mask_member="segment/2")
        for case in found.cases
    )  # fmt: skip
    write_manifest(tmp_path / "m.csv", Manifest(cases, ("x",)))
    again = load_manifest(tmp_path / "m.csv", options=DataOptions())
    for before, after in zip(cases, again.cases, strict=True):
        assert after.mask.resolve() == before.mask
        assert after.mask_member == "segment/2"
        np.testing.assert_array_equal(
            read_volume(after.path, after.member).values,
            read_volume(before.path, before.member, before.parts).values,
        )


def test_the_files_of_a_case():
    assert Case("a", PLACE, {}).files == (PLACE,)
    assert Case("a", PLACE, {}, parts=("1", "2")).files == (PLACE / "1", PLACE / "2")


def test_a_mask_without_image_never_becomes_a_case(tmp_path):
    for name in ("images/a.nii.gz", "images/b.nii.gz", "labels/a.nii", "labels/x.nii", "c.nii"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        nibabel.save(nibabel.Nifti1Image(np.zeros((2, 2, 2), np.int16), np.eye(4)), tmp_path / name)
    got = load_manifest(tmp_path, options=DataOptions(needs_targets=False))
    masks = {case.case_id: case.mask and case.mask.name for case in got.cases}
    assert masks == {"c.nii": None, "images/a.nii.gz": "a.nii", "images/b.nii.gz": None}
    assert any("1 masks in labels have no image" in note for note in got.notes)

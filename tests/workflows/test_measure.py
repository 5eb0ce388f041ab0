"""Masks of all kinds measured through the guard."""

import csv

import nibabel
import numpy as np
import pytest
from masks import write_segments
from PIL import Image
from volumes import box, write_series

from radzoo.core.errors import InputError, RefusedError
from radzoo.metrics.estimate import IntervalOptions
from radzoo.workflows.measure import MeasureOptions, measure
from radzoo.workflows.measure_inputs import MeasureInputs

NAMES = ((1, "liver"), (2, "spleen"))


def run(masks, *, image=None, reference=None, **options):
    masks = masks if isinstance(masks, list) else [masks]
    options.setdefault("workers", 1)
    options.setdefault("intervals", IntervalOptions(n_boot=0))
    return measure(MeasureInputs(masks, image, reference), MeasureOptions(**options))


def write_nifti(path, array, spacing=(1.0, 1.0, 1.0)):
    nibabel.save(nibabel.Nifti1Image(array, np.diag([*spacing, 1.0])), path)
    return path


def blocks(liver=3, spleen=2):
    labels = np.zeros((12, 10, 8), np.uint8)
    labels[1 : 1 + liver, 2:6, 1:5] = 1
    labels[7 : 7 + spleen, 2:4, 3:6] = 2
    return labels


def test_a_nifti_and_the_image_below_it(tmp_path):
    path = write_nifti(tmp_path / "a.nii.gz", blocks(), (2, 0.5, 4))
    values = np.where(blocks() == 1, 50, 7).astype(np.float32)
    write_nifti(tmp_path / "image.nii", values, (2, 0.5, 4))
    report = run(path, image=tmp_path / "image.nii", structures=NAMES)
    liver, spleen = report.measurements
    assert (liver.case_id, liver.structure, spleen.structure) == ("a", "liver", "spleen")
    assert liver.values["voxels"] == 3 * 4 * 4
    assert liver.values["volume_ml"] == pytest.approx(48 * 4 / 1000)
    assert (liver.values["mean"], liver.values["sd"]) == (50, 0)
    assert spleen.values["mean"] == 7
    # NIfTI's x runs from right to left, DICOM's to the left; slices are z, rows y, columns x.
    sides = [liver.values[f"box_{axis}_mm"] for axis in ("slices", "rows", "columns")]
    assert sides == pytest.approx([16, 2, 6])
    place = [liver.values[f"centroid_{axis}_mm"] for axis in "xyz"]
    assert place == pytest.approx([-2 * 2, -3.5 * 0.5, 2.5 * 4])
    assert liver.values["axial_slice"] == 2
    assert report.agreement == []


def test_a_folder_against_references(tmp_path):
    for at in range(5):
        (tmp_path / "ours").mkdir(exist_ok=True)
        (tmp_path / "theirs").mkdir(exist_ok=True)
        write_nifti(tmp_path / "ours" / f"c{at}.nii.gz", blocks(liver=at + 2))
        write_nifti(tmp_path / "theirs" / f"c{at}.nii.gz", blocks(liver=at + 1))
    report = run(tmp_path / "ours", reference=tmp_path / "theirs", structures=NAMES)
    assert report.n_cases == 5
    first = report.measurements[0].values
    assert first["volume_ml"] - first["reference_volume_ml"] == pytest.approx(0.016)
    liver, spleen = report.agreement
    assert (liver.label, liver.unit, liver.n) == ("liver", "mL", 5)
    assert liver.bias.value == pytest.approx(0.016)
    assert liver.relative_bias.value == pytest.approx(1 / 3)
    assert spleen.bias.value == pytest.approx(0)
    (tmp_path / "theirs" / "c3.nii.gz").unlink()
    report = run(tmp_path / "ours", reference=tmp_path / "theirs", structures=NAMES)
    assert [(one.case_id, one.reason[:24]) for one in report.refused] == [
        ("c3", "reference: missing-file:")
    ]


def test_what_others_have_is_0_here(tmp_path):
    write_nifti(tmp_path / "a.nii", blocks())
    write_nifti(tmp_path / "b.nii", blocks(spleen=0))
    report = run([tmp_path / "a.nii", tmp_path / "b.nii"])
    assert report.structures == ["label_1", "label_2"]
    assert dict(report.measurements[3].values) == {"voxels": 0, "components": 0, "volume_ml": 0}
    write_nifti(tmp_path / "c.nii", blocks(0, 0))
    with pytest.raises(InputError) as raised:
        run(tmp_path / "c.nii")
    assert raised.value.id == "empty-masks"
    report = run(tmp_path / "c.nii", structures=NAMES)
    assert [one.values["volume_ml"] for one in report.measurements] == [0, 0]


def test_pairs_and_a_manifest(tmp_path):
    write_nifti(tmp_path / "true.nii", blocks(4))
    write_nifti(tmp_path / "said.nii", blocks(3))
    write_nifti(tmp_path / "image.nii", blocks().astype(np.float32))
    with (tmp_path / "pairs.csv").open("w", newline="") as file:
        csv.writer(file).writerows([
            ["case_id", "patient_id", "mask", "prediction", "structures"],
            ["x", "p1", "true.nii", "said.nii", "1=liver"],
        ])  # fmt: skip
    for place in (tmp_path / "pairs.csv", tmp_path):  # a folder that predict wrote
        report = run(place)
        (one,) = report.measurements
        assert (one.case_id, one.patient_id, one.structure) == ("x", "p1", "liver")
        assert (one.values["volume_ml"], one.values["reference_volume_ml"]) == (0.048, 0.064)
        assert any("no name among the structures" in doubt for doubt in report.warnings)
    with (tmp_path / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([
            ["case_id", "path", "mask"], ["x", "image.nii", "true.nii"], ["y", "image.nii", ""],
        ])  # fmt: skip
    report = run(tmp_path / "manifest.csv", structures=NAMES)
    assert (report.n_cases, report.measurements[0].values["voxels"]) == (1, 64)
    assert "mean" in report.measurements[0].values


def test_pictures_need_a_spacing(tmp_path):
    labels = np.zeros((20, 30), np.uint8)
    labels[5:15, 5:25] = 255
    Image.fromarray(labels).save(tmp_path / "a.png")
    report = run(tmp_path / "a.png", structures=((0, "lungs"),))
    assert dict(report.measurements[0].values) == {"voxels": 200, "components": 1}
    assert "without a spacing" in report.warnings[0]
    report = run(tmp_path / "a.png", structures=((0, "lungs"),), spacing_mm=(0.5, 0.2))
    values = report.measurements[0].values
    assert values["area_mm2"] == pytest.approx(20)
    assert "volume_ml" not in values
    assert report.warnings == []
    with pytest.raises(RefusedError):
        run(tmp_path / "a.png", spacing_mm=(1.0, 1.0, 1.0))


def test_a_segmentation_lies_on_its_series(tmp_path):
    stored = box()
    write_series(tmp_path / "ct", stored)
    frames = np.zeros((2, 5, 6), np.uint8)
    frames[:, 1:4, 2:5] = 1
    seg = write_segments(
        tmp_path / "seg.dcm", frames, [(-10, -20, 32), (-10, -20, 34)], [1, 1], names=("liver",)
    )
    report = run(seg, image=tmp_path / "ct")
    (one,) = report.measurements
    assert one.values["volume_ml"] == pytest.approx(18 * 0.7 * 0.5 * 2 / 1000)
    assert one.values["mean"] == pytest.approx(stored[1:3, 1:4, 2:5].mean() - 1024)
    assert one.unit == "HU"
    assert report.warnings == []
    with pytest.raises(RefusedError, match="--image names"):
        run(seg)


def test_cut_off_by_the_edge(tmp_path):
    labels = blocks()
    labels[0] = 1
    path = write_nifti(tmp_path / "a.nii", labels)
    assert "reaches the edge of the image (liver)" in run(path, structures=NAMES).warnings[0]


@pytest.mark.parametrize("name", ["nothing.nii", "table.csv"])
def test_what_is_not_there(tmp_path, name):
    (tmp_path / "table.csv").write_text("case_id,path\na,b\n")
    with pytest.raises(InputError):
        run(tmp_path / name)

"""Volumes in the form that is wanted: grid, grey values, and labels on the same grid."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from masks import write_segments
from volumes import box, write_series

from radzoo.core.window import Window
from radzoo.data.mask.image import ImagePlace
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume
from radzoo.data.volume.fitted import read_fitted
from radzoo.data.volume.intensity import PERCENTS, WHOLE_HU, to_grey
from radzoo.data.volume.target import VolumeTarget

STEP = 65535


def write_nifti(path: Path, values, spacing=(1.0, 1.0, 1.0)) -> Path:
    """Values are `(slices, rows, columns)` in the canonical orientation."""
    affine = np.diag([-spacing[2], -spacing[1], spacing[0], 1.0])
    affine[:3, 3] = [11, -7, 5]
    nibabel.save(nibabel.Nifti1Image(np.asarray(values).transpose(2, 1, 0), affine), path)
    return path


def fit(path: Path, target: VolumeTarget, mask=None):
    """Return facts, grey values and labels."""
    facts, body = read_fitted(ImagePlace(path), target, mask, masked=mask is not None)
    n = int(np.prod(target.shape))
    grey = np.frombuffer(body[: n * target.stored.itemsize], target.stored).reshape(target.shape)
    rest = np.frombuffer(body[n * target.stored.itemsize :], "<u2")
    return facts, grey, rest.reshape(target.shape) if mask else rest


def values_of(facts, grey):
    low, high = facts["limits"]
    return low + grey / STEP * (high - low)


def test_hounsfield_units_come_back(tmp_path):
    write_series(tmp_path / "ct", box(4, 5, 6))
    facts, grey, _ = fit(tmp_path / "ct", VolumeTarget((4, 5, 6), fit="squash"))
    want = read_volume(tmp_path / "ct").values
    assert (facts["unit"], tuple(facts["limits"])) == ("HU", WHOLE_HU)
    np.testing.assert_array_equal(np.rint(values_of(facts, grey)), want)


def test_what_lies_beyond_the_limits_is_cut():
    values = np.array([[[-2000.0, -1024, 0, 3071, 9000]]], np.float32)
    grey = to_grey(values, WHOLE_HU, np.dtype("u1"))
    assert grey.ravel().tolist() == [0, 0, 64, 255, 255]


def test_a_window_needs_hounsfield_units_or_the_word_for_it(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.arange(24.0).reshape(2, 3, 4))
    wanted = VolumeTarget((2, 3, 4), fit="squash", window=Window(10, 20))
    with pytest.raises(ImageRefused, match="not-hounsfield"):
        fit(path, wanted)
    told = VolumeTarget((2, 3, 4), fit="squash", window=Window(10, 20), intensity="hu")
    facts, grey, _ = fit(path, told)
    assert (facts["unit"], facts["limits"]) == ("HU", [0, 20])
    assert grey[0, 0].tolist() == [0, 3277, 6554, 9830]
    assert grey[1, 2, 3] == STEP


@pytest.mark.parametrize("intensity", ["auto", "percentiles"])
def test_other_volumes_go_by_percentiles(tmp_path, intensity):
    values = np.random.default_rng(0).normal(100, 20, (10, 20, 30))
    values[0, 0, 0], values[9, 9, 9] = 1e5, -1e5
    path = write_nifti(tmp_path / "mr.nii", values.astype(np.float32))
    facts, grey, _ = fit(path, VolumeTarget((10, 20, 30), fit="squash", intensity=intensity))
    want = np.percentile(values, PERCENTS)
    np.testing.assert_allclose(facts["limits"], want, rtol=0.01)
    assert (facts["unit"], grey.max(), grey.min()) == ("", STEP, 0)
    assert 0.008 < (grey == STEP).mean() + (grey == 0).mean() < 0.013


def test_a_range_goes_from_the_lowest_to_the_highest(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.arange(24.0).reshape(2, 3, 4) - 5)
    facts, grey, _ = fit(path, VolumeTarget((2, 3, 4), fit="squash", intensity="range"))
    assert facts["limits"] == [-5, 18]
    np.testing.assert_array_equal(grey.ravel(), np.rint(np.arange(24) / 23 * STEP))


def test_a_volume_without_contrast_is_black(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.full((2, 2, 2), 9.0))
    facts, grey, _ = fit(path, VolumeTarget((2, 2, 2)))
    assert facts["limits"] == [9, 10]
    assert not grey.any()


@pytest.mark.parametrize(
    "target",
    [
        VolumeTarget((12, 9, 14), (1.5, 2.0, 0.7)),
        VolumeTarget((12, 9, 14), (3.0, 3.0, 3.0), margin=2),
        VolumeTarget((6, 7, 8), fit="pad"),
        VolumeTarget((6, 7, 8), fit="crop"),
        VolumeTarget((6, 7, 8), fit="squash"),
    ],
)
def test_every_voxel_lies_where_the_affine_says(tmp_path, target):
    """Each voxel of the file holds its own place in mm; so must each of the result."""
    shape, spacing = (15, 18, 21), (2.0, 1.2, 0.9)
    for axis in range(3):
        index = np.indices(shape)[axis].astype(np.float32)
        path = write_nifti(tmp_path / f"{axis}.nii", index, spacing)
        origin = read_volume(path).affine
        facts, grey, _ = fit(path, VolumeTarget(**{**vars_of(target), "intensity": "range"}))
        values, margin = values_of(facts, grey), target.margin
        found = np.array(facts["affine"])
        places = np.indices(target.shape).reshape(3, -1) - margin
        mm = found @ np.vstack([places, np.ones(places.shape[1])])
        stored = (np.linalg.inv(origin) @ mm)[:3]
        away = ((stored >= 3) & (stored <= np.array(shape)[:, None] - 4)).all(axis=0)
        assert away.sum() > 10
        np.testing.assert_allclose(values.reshape(-1)[away], stored[axis][away], atol=0.12)


def vars_of(target):
    return {name: getattr(target, name) for name in target.__slots__}


def test_a_spacing_is_kept_to_and_proportions_are_those_in_the_patient(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.ones((10, 20, 20)), (5.0, 1.0, 1.0))

    def spacing(**wanted):
        affine = np.array(fit(path, VolumeTarget(**wanted))[0]["affine"])
        return np.linalg.norm(affine[:3, :3], axis=0).round(6).tolist()

    assert spacing(size=(4, 8, 8), spacing_mm=(2.5, 0.8, 0.4)) == [2.5, 0.8, 0.4]
    assert spacing(size=(10, 10, 10)) == [5, 5, 5]
    assert spacing(size=(10, 10, 10), fit="crop") == [2, 2, 2]
    assert spacing(size=(5, 10, 40), fit="squash") == [10, 2, 0.5]


def test_without_geometry_a_spacing_cannot_be_kept_to(tmp_path):
    np.savez(tmp_path / "a.npz", rows=np.ones((1, 4, 4, 4), np.uint8))
    image = ImagePlace(tmp_path / "a.npz", "rows/0")
    facts, _ = read_fitted(image, VolumeTarget((4, 4, 4)))
    assert facts["affine"] is None
    with pytest.raises(ImageRefused, match="no-geometry"):
        read_fitted(image, VolumeTarget((4, 4, 4), (1, 1, 1)))


def test_a_form_beyond_the_budget_is_refused(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.ones((2, 2, 2)))
    with pytest.raises(ImageRefused, match="too-many-voxels"):
        fit(path, VolumeTarget((1024, 1024, 1024)))


def test_labels_lie_on_the_same_grid(tmp_path):
    labels = np.zeros((12, 14, 16), np.uint8)
    labels[3:9, 4:10, 5:12] = 2
    image = write_nifti(tmp_path / "a.nii", labels.astype(np.float32), (2, 1, 1))
    mask = write_nifti(tmp_path / "m.nii", labels, (2, 1, 1))
    target = VolumeTarget((14, 9, 9), (1.5, 1.5, 1.5), intensity="range", margin=1)
    facts, grey, made = fit(image, target, (mask, ""))
    assert set(np.unique(made)) == {0, 2}
    assert facts["masked"] is True
    np.testing.assert_array_equal(made[grey > 0.9 * STEP], 2)
    np.testing.assert_array_equal(made[grey < 0.1 * STEP], 0)


def test_a_segmentation_of_a_series_comes_with_it(tmp_path):
    write_series(tmp_path / "ct", box())
    drawn = np.zeros(box().shape, np.uint8)
    drawn[1:3, 2:, 3:] = 1
    places = [(-10, -20, 30 + 2 * number) for number in range(4)]
    seg = write_segments(tmp_path / "s.dcm", drawn, places, [1] * 4)
    _, _, made = fit(tmp_path / "ct", VolumeTarget((4, 5, 6), fit="squash"), (seg, ""))
    np.testing.assert_array_equal(made, drawn)


def test_a_mask_that_does_not_fit_refuses_the_case(tmp_path):
    image = write_nifti(tmp_path / "a.nii", np.ones((4, 4, 4)))
    mask = write_nifti(tmp_path / "m.nii", np.ones((4, 4, 5), np.uint8))
    with pytest.raises(ImageRefused, match="mask-size"):
        fit(image, VolumeTarget((4, 4, 4)), (mask, ""))

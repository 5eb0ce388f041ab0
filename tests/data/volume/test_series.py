"""DICOM series to volumes: by hand, and by the law that the order of files is nothing."""

import random

import numpy as np
import pytest
from dicoms import make_dicom
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from volumes import box, slice_dataset, write_series

from radzoo.core.orientation import find_turn
from radzoo.data.patients import hash_identifier
from radzoo.data.refusal import ImageRefused, describe_numbers
from radzoo.data.volume import read_volume
from radzoo.data.volume.series import plan_series, read_series

PIXELS = box()
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
OBLIQUE = (0.98480775, 0.17364818, 0.0, -0.17364818, 0.98480775, 0.0)


def refusal(read, *arguments) -> str:
    with pytest.raises(ImageRefused) as caught:
        read(*arguments)
    return caught.value.code


def change(path, **attributes):
    dataset = dcmread(path)
    for keyword, value in attributes.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)


def test_slices_are_sorted_by_position_not_by_name(tmp_path):
    write_series(tmp_path, PIXELS)
    volume = read_volume(tmp_path)
    np.testing.assert_array_equal(volume.values, PIXELS.astype(np.float32) - 1024)
    assert volume.values.dtype == np.float32
    assert volume.unit == "HU"
    assert volume.spacing_mm == pytest.approx((2.0, 0.7, 0.5))
    assert not volume.remarks
    np.testing.assert_allclose(volume.affine[:3, 3], [-10, -20, 30])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
@given(st.randoms(use_true_random=False), st.sampled_from([CORONAL, SAGITTAL, OBLIQUE]))
def test_any_order_of_files_gives_the_same_volume(tmp_path, chance, orientation):
    folder = tmp_path / str(orientation)
    paths = sorted(folder.glob("*")) or write_series(folder, PIXELS, orientation=orientation)
    want = read_series(sorted(paths))
    shuffled = random.Random(chance.random()).sample(paths, len(paths))
    got = read_series(shuffled)
    np.testing.assert_array_equal(got.values, want.values)
    np.testing.assert_array_equal(got.affine, want.affine)


@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        pytest.param(CORONAL, lambda v: v.transpose(1, 0, 2)[::-1], id="coronal"),
        pytest.param(SAGITTAL, lambda v: v.transpose(1, 2, 0)[::-1, :, ::-1], id="sagittal"),
    ],
)
def test_other_planes_come_in_the_canonical_orientation(tmp_path, orientation, stored):
    # The normal of the coronal plane points to the back, that of the sagittal to the right.
    write_series(tmp_path, PIXELS, orientation=orientation)
    np.testing.assert_array_equal(read_volume(tmp_path).values, stored(PIXELS) - 1024.0)


def test_an_oblique_series_keeps_its_angle(tmp_path):
    write_series(tmp_path, PIXELS, orientation=OBLIQUE)
    volume = read_volume(tmp_path)
    np.testing.assert_array_equal(volume.values, PIXELS - 1024.0)
    np.testing.assert_allclose(volume.affine[:3, 2], np.array(OBLIQUE[:3]) * 0.5, atol=1e-7)


def test_a_missing_slice_is_refused(tmp_path):
    write_series(tmp_path, PIXELS, positions=[0, 1, 3, 4])
    assert refusal(read_volume, tmp_path) == "missing-slices"


@pytest.mark.parametrize(
    ("positions", "said"),
    [
        ([0, 1, 3, 4], "1 slice is missing after slice 2 of 4, 2.5 mm apart"),
        ([9, 8, 1, 0], "6 slices are missing after slice 2 of 4, 2.5 mm apart"),
        ([0, 3, 4, 6], "3 slices are missing in 2 places, the first after slice 1 of 4, 2.5 mm "
         "apart"),
    ],
)  # fmt: skip
def test_it_is_said_where_slices_are_missing(positions, said, tmp_path):
    write_series(tmp_path, PIXELS, step=2.5, positions=positions)
    with pytest.raises(ImageRefused, match="missing-slices") as caught:
        read_volume(tmp_path)
    assert describe_numbers("missing-slices", caught.value.numbers) == said


def test_a_missing_slice_is_refused_however_thin_they_are(tmp_path):
    write_series(tmp_path, PIXELS, step=0.1, positions=[0, 1, 3, 4])
    assert refusal(read_volume, tmp_path) == "missing-slices"


def test_uneven_slices_are_refused(tmp_path):
    write_series(tmp_path, PIXELS, positions=[0, 1, 2.4, 4])
    assert refusal(read_volume, tmp_path) == "uneven-slices"


def test_rounded_positions_are_even_enough(tmp_path):
    write_series(tmp_path, PIXELS, step=1.0, positions=[0, 0.6, 1.3, 1.9])
    assert read_volume(tmp_path).spacing_mm[0] == pytest.approx(1.9 / 3)


def test_a_copy_of_a_slice_is_left_out_and_counted(tmp_path):
    paths = write_series(tmp_path, PIXELS)
    (tmp_path / "copy.dcm").write_bytes(paths[1].read_bytes())
    volume = read_volume(tmp_path)
    np.testing.assert_array_equal(volume.values, PIXELS - 1024.0)
    assert (volume.remarks, volume.unit) == ({"copies-left-out": 1}, "HU")


def test_another_image_in_the_same_place_is_refused(tmp_path):
    paths = write_series(tmp_path, PIXELS)
    (tmp_path / "copy.dcm").write_bytes(paths[1].read_bytes())
    change(tmp_path / "copy.dcm", RescaleIntercept=0)
    assert refusal(read_volume, tmp_path) == "duplicate-slices"


def test_a_folder_without_series_says_what_it_lacks(tmp_path):
    assert refusal(read_volume, tmp_path) == "empty-folder"
    (tmp_path / "notes.txt").write_text("no image")
    assert refusal(read_volume, tmp_path) == "no-dicom"


def test_two_series_in_one_folder_are_told_apart_by_name(tmp_path):
    write_series(tmp_path, PIXELS)
    write_series(tmp_path / "other", box(3, seed=7), SeriesInstanceUID="1.2.3.5")
    assert refusal(read_volume, tmp_path) == "mixed-series"
    volume = read_volume(tmp_path, f"series/{hash_identifier('1.2.3.5')}")
    np.testing.assert_array_equal(volume.values, box(3, seed=7) - 1024.0)
    assert refusal(read_volume, tmp_path, "frame/1") == "no-member"
    assert refusal(read_volume, tmp_path, "series/000000000000") == "no-image"


def test_named_parts_are_read_and_no_others(tmp_path):
    write_series(tmp_path, PIXELS)
    volume = read_volume(tmp_path, parts=("003.dcm", "004.dcm"))
    np.testing.assert_array_equal(volume.values, PIXELS[:2] - 1024.0)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        pytest.param({"ImagePositionPatient": None}, "no-geometry", id="no position"),
        pytest.param({"PixelSpacing": None}, "no-geometry", id="no spacing"),
        pytest.param({"ImageOrientationPatient": list(OBLIQUE)}, "mixed-orientations", id="turned"),
        pytest.param({"PixelSpacing": [0.7, 0.7]}, "mixed-spacings", id="spacing"),
        pytest.param({"FrameOfReferenceUID": "1.9"}, "mixed-frames-of-reference", id="frame"),
        pytest.param({"Rows": 3, "Columns": 10}, "mixed-sizes", id="size"),
        pytest.param({"PixelSpacing": [0, 0]}, "bad-header", id="zero spacing"),
        pytest.param(
            {"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "bad-header", id="not at right angles"
        ),
        pytest.param({"RescaleSlope": 0}, "bad-header", id="slope of zero"),
        pytest.param({"PhotometricInterpretation": "RGB"}, "unknown-colours", id="colour"),
    ],
)
def test_one_odd_slice_is_refused_by_reason(tmp_path, attributes, code):
    paths = write_series(tmp_path, PIXELS)
    change(paths[2], **attributes)
    assert refusal(read_volume, tmp_path) == code


def test_localisers_and_other_objects_are_left_out_and_counted(tmp_path):
    paths = write_series(tmp_path, PIXELS)
    scout = slice_dataset(box(1, 9, 9)[0], (0, 0, 0), CORONAL, ImageType=["ORIGINAL", "LOCALIZER"])
    scout.save_as(tmp_path / "scout.dcm", enforce_file_format=True)
    change(tmp_path / "scout.dcm", SOPInstanceUID="1.2.99")
    (tmp_path / "report.dcm").write_bytes(paths[0].read_bytes())
    change(tmp_path / "report.dcm", Rows=None, PixelData=None)
    volume = read_volume(tmp_path)
    assert len(volume.values) == len(PIXELS)
    assert volume.remarks == {"localisers-left-out": 1, "others-left-out": 1}


def test_a_tilted_gantry_is_remarked_and_its_affine_is_exact(tmp_path):
    write_series(tmp_path, PIXELS, shift=(0, 0.8, 0))
    volume = read_volume(tmp_path)
    assert (volume.remarks, volume.unit) == ({"gantry-tilt": 4}, "HU")
    np.testing.assert_allclose(volume.affine[:3, 0], [0, 0.8, 2.0])


def test_tiles_side_by_side_are_no_stack(tmp_path):
    write_series(tmp_path, PIXELS, step=0, shift=(3, 0, 0))
    assert refusal(read_volume, tmp_path) == "uneven-slices"


@pytest.mark.parametrize(
    ("attributes", "remarks", "unit"),
    [
        pytest.param({}, {}, "HU", id="as it should be"),
        pytest.param({"RescaleType": "HU"}, {}, "HU", id="said to be"),
        pytest.param({"RescaleType": "US"}, {"not-hu": 4}, "", id="said not to be"),
        pytest.param({"RescaleSlope": None}, {"no-rescale": 4}, "", id="no slope"),
        pytest.param({"RescaleIntercept": None}, {"no-rescale": 4}, "", id="no intercept"),
        pytest.param({"RescaleIntercept": 100}, {"hu-range": 4}, "HU", id="no air at all"),
        pytest.param({"RescaleSlope": 90}, {"hu-range": 4}, "HU", id="beyond any metal"),
        pytest.param({"Modality": "MR"}, {}, "", id="not CT"),
    ],
)
def test_hounsfield_units_are_checked(tmp_path, attributes, remarks, unit):
    for path in write_series(tmp_path, PIXELS):
        change(path, **attributes)
    volume = read_volume(tmp_path)
    assert (volume.remarks, volume.unit) == (remarks, unit)


def test_padding_becomes_air(tmp_path):
    padded = PIXELS.copy()
    padded[1, 2, 3] = -2000
    write_series(tmp_path, padded, PixelPaddingValue=-2000, RescaleIntercept=-500)
    volume = read_volume(tmp_path)
    assert volume.values[1, 2, 3] == -1000
    assert not volume.remarks


def test_each_slice_has_its_own_slope(tmp_path):
    for number, path in enumerate(write_series(tmp_path, PIXELS, Modality="PT")):
        change(path, RescaleSlope=0.25 * (number + 1), RescaleIntercept=0)
    want = PIXELS * np.array([0.25, 0.5, 0.75, 1.0])[:, None, None]
    np.testing.assert_array_equal(read_volume(tmp_path).values, want)


def test_a_single_image_is_no_volume(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", PIXELS[0])
    assert refusal(read_volume, path) == "no-volume"


def test_the_plan_knows_the_grid_of_the_volume(tmp_path):
    paths = write_series(tmp_path, PIXELS, orientation=SAGITTAL)
    volume, grid = read_series(paths), plan_series(paths).grid
    assert grid.shape == volume.values.shape
    np.testing.assert_array_equal(grid.affine, volume.affine)
    assert find_turn(grid.affine).order == (0, 1, 2)


def test_too_many_voxels_are_refused_before_a_pixel_is_read(tmp_path):
    for path in write_series(tmp_path, PIXELS):
        change(path, Rows=8192, Columns=8192, PixelData=b"\0\0")
    write_series(tmp_path / "b", PIXELS[:1], positions=[9])
    change(tmp_path / "b" / "001.dcm", Rows=8192, Columns=8192, PixelData=b"\0\0",
           ImagePositionPatient=[-10, -20, 38])  # fmt: skip
    assert refusal(read_volume, tmp_path) == "too-many-voxels"

"""Masks as NIfTI lie on the voxels of their image: read back by our readers and by nibabel."""

from itertools import permutations, product

import nibabel
import numpy as np
import pytest
from volumes import write_enhanced, write_series

from radzoo.core.errors import InputError
from radzoo.core.origin import Origin
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.volume import read_volume
from radzoo.data.volume.origin import read_origin
from radzoo.export.nifti_mask import write_nifti_mask

ORIENTATIONS = [
    (order, signs) for order in permutations(range(3)) for signs in product((1, -1), repeat=3)
]
SHAPE = (4, 5, 6)


def some_labels(shape, highest=3):
    return np.random.default_rng(0).integers(0, highest + 1, shape).astype(np.uint16)


def write_image(path, affine, *, version=1, size=SHAPE, units="mm", qform=None, sform=True):
    kind = nibabel.Nifti1Image if version == 1 else nibabel.Nifti2Image
    image = kind(np.random.default_rng(1).normal(size=size).astype(np.float32), affine)
    image.header.set_xyzt_units(units)
    image.set_qform(affine if qform is None else qform, code=1)
    image.set_sform(affine, code=2 if sform else 0)
    nibabel.save(image, path)
    return path


def round_trip(image, mask):
    """Labels are drawn on the image as our reader gives it, written, and read again."""
    place = ImagePlace(image)
    labels = some_labels(read_volume(image).values.shape)
    write_nifti_mask(mask, labels, read_origin(place))
    np.testing.assert_array_equal(read_mask(mask, "", place).labels, labels)


@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_any_orientation_comes_back(tmp_path, order, signs):
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, order] * np.array(signs) * [0.5, 1.5, 3.0]
    affine[:3, 3] = 7, -8, 9
    image = write_image(tmp_path / "image.nii", affine)
    round_trip(image, tmp_path / "mask.nii.gz")
    bright = (read_volume(image).values > 0).astype(np.uint16)
    write_nifti_mask(tmp_path / "bright.nii", bright, read_origin(ImagePlace(image)))
    source, mask = nibabel.load(image), nibabel.load(tmp_path / "bright.nii")
    np.testing.assert_array_equal(np.asarray(mask.dataobj), source.get_fdata() > 0)
    np.testing.assert_array_equal(mask.affine, source.affine)
    assert mask.get_data_dtype() == np.uint8


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("units", ["mm", "meter", "micron"])
def test_header_is_that_of_an_oblique_source(tmp_path, version, units):
    affine = nibabel.affines.from_matvec(
        nibabel.eulerangles.euler2mat(0.3, -0.2, 0.4) @ np.diag([-0.7, 0.8, 2.5]), [1, 2, 3]
    )
    other = affine.copy()
    other[:3, 3] += 0.01
    image = write_image(tmp_path / "i.nii.gz", affine, version=version, units=units, qform=other)
    round_trip(image, tmp_path / "mask.nii")
    source, mask = nibabel.load(image), nibabel.load(tmp_path / "mask.nii")
    assert type(mask) is type(source)
    for name in ("qform_code", "sform_code", "srow_x", "srow_z", "quatern_b", "qoffset_x",
                 "pixdim", "xyzt_units", "dim"):  # fmt: skip
        np.testing.assert_array_equal(mask.header[name], source.header[name], err_msg=name)
    assert (mask.dataobj.slope, mask.dataobj.inter) == (1, 0)


def test_one_volume_of_many_and_a_flat_one(tmp_path):
    image = write_image(tmp_path / "many.nii.gz", np.diag([-2.0, 1, 1, 1]), size=(4, 5, 6, 2))
    place = ImagePlace(image, "frame/2")
    labels = some_labels((6, 5, 4), 300)
    write_nifti_mask(tmp_path / "m.nii.gz", labels, read_origin(place))
    mask = nibabel.load(tmp_path / "m.nii.gz")
    assert (mask.shape, mask.get_data_dtype()) == ((4, 5, 6), np.uint16)
    np.testing.assert_array_equal(read_mask(tmp_path / "m.nii.gz", "", place).labels, labels)
    image = write_image(tmp_path / "flat.nii", np.eye(4), size=(4, 5))
    round_trip(image, tmp_path / "mask.nii")
    assert nibabel.load(tmp_path / "mask.nii").shape == (4, 5)


def test_no_qform_and_no_sform_stay_none(tmp_path):
    image = write_image(tmp_path / "a.nii", np.eye(4), sform=False)
    loaded = nibabel.load(image)
    loaded.header["qform_code"] = 0
    nibabel.save(nibabel.Nifti1Image(np.asarray(loaded.dataobj), None, loaded.header), image)
    round_trip(image, tmp_path / "mask.nii")
    header = nibabel.load(tmp_path / "mask.nii").header
    assert (header["qform_code"], header["sform_code"]) == (0, 0)


@pytest.mark.parametrize(
    ("orientation", "shift"),
    [
        ((1, 0, 0, 0, 1, 0), (0, 0, 0)),
        ((0, 1, 0, 0, 0, -1), (0, 0, 0)),
        ((0.8, 0.6, 0, -0.6, 0.8, 0), (0, 0, 0)),
        ((1, 0, 0, 0, 1, 0), (0, 0.5, 0)),
    ],
    ids=["axial", "sagittal", "oblique", "tilted gantry"],
)
def test_a_series_gets_its_geometry(tmp_path, orientation, shift):
    stored = np.zeros(SHAPE, np.int16)
    stored[1, 2, 3] = 1
    write_series(tmp_path / "ct", stored, orientation=orientation, shift=shift)
    volume = read_volume(tmp_path / "ct")
    round_trip(tmp_path / "ct", tmp_path / "mask.nii.gz")
    labels = (volume.values == volume.values.max()).astype(np.uint16)
    write_nifti_mask(tmp_path / "m.nii.gz", labels, read_origin(ImagePlace(tmp_path / "ct")))
    mask = nibabel.load(tmp_path / "m.nii.gz")
    (voxel,) = np.argwhere(np.asarray(mask.dataobj))
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    place = np.array([-10, -20, 30]) + 0.5 * 3 * row + 0.7 * 2 * column
    place = place + 2.0 * np.cross(row, column) + shift
    np.testing.assert_allclose(mask.affine @ [*voxel, 1], [-place[0], -place[1], place[2], 1])
    assert (mask.header["qform_code"] == 0) == any(shift)


def test_frames_in_any_order(tmp_path):
    stored = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    positions = [(0, 0, 4), (0, 0, 0), (0, 0, 2)]
    path = write_enhanced(tmp_path / "e.dcm", stored, positions)
    round_trip(path, tmp_path / "mask.nii.gz")
    assert read_origin(ImagePlace(path)).frames == (1, 2, 0)


def test_same_labels_same_bytes(tmp_path):
    image = write_image(tmp_path / "image.nii", np.eye(4))
    round_trip(image, tmp_path / "a.nii.gz")
    round_trip(image, tmp_path / "b.nii.gz")
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_what_has_no_place_is_refused(tmp_path):
    with pytest.raises(InputError) as raised:
        write_nifti_mask(tmp_path / "m.nii", some_labels((1, 2, 3)), Origin((1, 2, 3)))
    assert raised.value.id == "no-geometry"
    with pytest.raises(ValueError, match="not on the grid"):
        write_nifti_mask(tmp_path / "m.nii", some_labels((1, 2, 3)), Origin((3, 2, 1)))

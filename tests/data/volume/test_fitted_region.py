"""Regions of volumes: where the file counts its voxels, whatever way the volume is turned."""

from itertools import permutations, product

import nibabel
import numpy as np
import pytest
from volumes import write_series

from radzoo.core.case import Region
from radzoo.core.decoding import Framing
from radzoo.data.mask.image import ImagePlace
from radzoo.data.readers import read_image
from radzoo.data.refusal import ImageRefused
from radzoo.data.region import Sight
from radzoo.data.region_crop import find_view
from radzoo.data.resize import Target
from radzoo.data.volume import read_volume
from radzoo.data.volume.fitted import read_fitted
from radzoo.data.volume.target import VolumeTarget

SHAPE = (11, 14, 17)
BLOB = (slice(2, 5), slice(7, 12), slice(9, 16))
BOX = (2.0, 7.0, 9.0, 3.0, 5.0, 7.0)


def fit(path, target, sight, mask=None):
    facts, body = read_fitted(ImagePlace(path), target, mask, sight=sight, masked=mask is not None)
    n = int(np.prod(target.shape))
    grey = np.frombuffer(body[: 2 * n], "<u2").reshape(target.shape)
    return facts, grey, body[2 * n :]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_box_counts_the_axes_of_a_nifti_file_as_it_is_stored(tmp_path, order):
    values = np.zeros(SHAPE, np.float32)
    values[BLOB] = 1000
    for number, signs in enumerate(product((1, -1), repeat=3)):
        affine = np.eye(4)
        affine[:3, :3] = np.diag(signs)[:, list(order)]
        path = tmp_path / f"{number}.nii"
        nibabel.save(nibabel.Nifti1Image(values, affine), path)
        target = VolumeTarget((7, 7, 7), intensity="range")
        _, grey, _ = fit(path, target, Sight(Region("box", BOX)))
        assert (grey > 0).sum() == 3 * 5 * 7  # the whole blob, and nothing beyond it
        lengths = [len(set(axis)) for axis in np.nonzero(read_volume(path).values)]
        assert [len(set(axis)) for axis in np.nonzero(grey)] == lengths


def test_slices_of_a_dicom_series_are_counted_by_their_place(tmp_path):
    stored = np.full((6, 10, 12), 0, np.int16)
    stored[1, 2:4, 7:10] = 2000  # the second from the feet, in a series whose names run backwards
    write_series(tmp_path / "ct", stored)
    sight = Sight(Region("box", (7, 2, 1, 3, 2, 1)))
    target = VolumeTarget((1, 2, 3), fit="squash")
    _, grey, _ = fit(tmp_path / "ct", target, sight)
    assert grey.min() == grey.max() > 30_000
    beside = Sight(Region("box", (7, 2, 2, 3, 2, 1)))
    assert fit(tmp_path / "ct", target, beside)[1].max() == 0


def nifti(path, values, spacing=(1.0, 1.0, 1.0)):
    """Values are `(slices, rows, columns)` as they are hung; the file is stored so that x grows."""
    affine = np.diag([-spacing[2], -spacing[1], spacing[0], 1.0])
    nibabel.save(nibabel.Nifti1Image(np.asarray(values).transpose(2, 1, 0), affine), path)
    return path


def test_a_region_is_the_array_that_numpy_cuts_out(tmp_path):
    values = np.random.default_rng(1).random((10, 20, 30)).astype(np.float32)
    path = nifti(tmp_path / "a.nii", values)
    sight = Sight(Region("box", (20.0, 4.0, -1.0, 8.0, 8.0, 8.0)))
    facts, grey, _ = fit(path, VolumeTarget((8, 8, 8), intensity="range"), sight)
    low, high = facts["limits"]
    got = low + grey / 65535 * (high - low)
    np.testing.assert_allclose(got[1:], values[:7, 4:12, 20:28], atol=2e-5)
    assert not grey[0].any()
    np.testing.assert_allclose(np.array(facts["affine"])[:3, 3], [20, 4, -1])


def test_margins_points_and_scales_are_millimetres(tmp_path):
    values = np.zeros((20, 40, 40), np.float32)
    values[8:12, 16:24, 16:24] = 1
    path = nifti(tmp_path / "a.nii", values, (2.0, 1.0, 1.0))
    box = Region("box", (16, 16, 8, 8, 8, 4))  # 8 mm along every axis
    for region, framing in [
        (box, Framing(margin_mm=4)),
        (box, Framing(mm_per_pixel=1)),
        (Region("point", (19.5, 19.5, 9.5)), Framing(size_mm=16)),
        (Region("point", (19.5, 19.5, 9.5)), Framing(size_mm=8, margin_mm=4)),
    ]:
        target = VolumeTarget((16, 16, 16), intensity="range")
        _, grey, _ = fit(path, target, Sight(region, framing))
        bright = [np.flatnonzero((grey > 32767).any(axis=others)) for others in
                  ((1, 2), (0, 2), (0, 1))]  # fmt: skip
        assert [(int(one[0]), int(one[-1])) for one in bright] == [(4, 11)] * 3


def test_a_mask_is_a_region_and_is_cut_with_it(tmp_path):
    values = np.zeros((10, 12, 14), np.float32)
    values[3:6, 4:8, 5:10] = 1
    path = nifti(tmp_path / "a.nii", values)
    mask = nifti(tmp_path / "m.nii", values.astype(np.int16) * 2)
    sight = Sight(Region("mask"), mask=mask)
    _, grey, labels = fit(path, VolumeTarget((3, 4, 5), fit="squash", intensity="range"), sight,
                          (mask, ""))  # fmt: skip
    assert grey.min() == 65535
    assert set(np.frombuffer(labels, "<u2")) == {2}


@pytest.mark.parametrize(
    ("region", "code"),
    [
        (Region("box", (5, 5, 4, 4)), "region-axes"),
        (Region("box", (40, 5, 5, 4, 4, 4)), "region-outside"),
        (Region("box", (5, 5, 5, 4, 4, 0)), "region-empty"),
        (Region("mask", (7.0,)), "empty-mask"),
    ],
)
def test_what_cannot_be_a_region_is_refused(tmp_path, region, code):
    path = nifti(tmp_path / "a.nii", np.zeros((10, 12, 14), np.float32))
    mask = nifti(tmp_path / "m.nii", np.ones((10, 12, 14), np.int16))
    with pytest.raises(ImageRefused, match=code):
        fit(path, VolumeTarget((4, 4, 4)), Sight(region, mask=mask))


@pytest.mark.parametrize("flat", [0, 1, 2])
def test_the_one_slice_of_a_nifti_file_is_hung_with_its_region(tmp_path, flat):
    shape = [12, 14, 16]
    shape[flat] = 1
    for number, signs in enumerate(product((1, -1), repeat=3)):
        values = np.zeros(shape, np.float32)
        x, y = (axis for axis in range(3) if axis != flat)
        blob = [slice(None)] * 3
        blob[x], blob[y] = slice(2, 5), slice(7, 11)
        values[tuple(blob)] = 1
        path = tmp_path / f"{number}.nii"
        nibabel.save(nibabel.Nifti1Image(values, np.diag([*signs, 1.0])), path)
        image = read_image(path)
        sight = Sight(Region("box", (2, 7, 3, 4)))
        rows, columns = find_view(ImagePlace(path), image, Target(8), sight).region
        there = [np.flatnonzero(image.pixels.any(axis=axis)) for axis in (1, 0)]
        assert [(span.low, span.high) for span in (rows, columns)] == [
            (float(one[0]), float(one[-1] + 1)) for one in there
        ]

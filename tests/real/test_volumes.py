"""Volumes and masks on real files: against nibabel and highdicom."""

import nibabel
import numpy as np
import pytest

from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume

pytestmark = pytest.mark.real


@pytest.fixture
def segmentations(real_data):
    return real_data / "dicom" / "dcmqi" / "segmentations"


def test_hippocampus_as_nibabel_reads_it(real_data):
    for path in sorted((real_data / "hippocampus" / "images").iterdir())[:40]:
        closest = nibabel.as_closest_canonical(nibabel.load(path))
        want = np.asarray(closest.dataobj, np.float32)[::-1, ::-1].transpose(2, 1, 0)
        np.testing.assert_array_equal(read_volume(path).values, want)
        mask = read_mask(real_data / "hippocampus" / "labels" / path.name, "", ImagePlace(path))
        assert set(np.unique(mask.labels)) == {0, 1, 2}


def test_a_series_and_its_enhanced_twin_are_the_same(segmentations):
    one = read_volume(segmentations / "24x38x3" / "image")
    other = read_volume(segmentations / "24x38x3" / "multiframe" / "mf.dcm")
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_allclose(one.affine, other.affine)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "image", "segment"),
    [
        ("liver.dcm", "ct-3slice", 1),
        ("24x38x3/seg/label.seg", "24x38x3/image", 1),
        *[("partial_overlaps.dcm", "ct-3slice", number) for number in (1, 2, 3, 4, 5)],
    ],
)
def test_segments_as_highdicom_places_them(segmentations, name, image, segment):
    highdicom = pytest.importorskip("highdicom")
    member = f"segment/{segment}"
    mask = read_mask(segmentations / name, member, ImagePlace(segmentations / image))
    volume = highdicom.seg.segread(segmentations / name).get_volume(segment_numbers=[segment])
    found = np.argwhere(volume.array[..., 0] > 0)
    points = (volume.affine @ np.c_[found, np.ones(len(found))].T).T
    indices = np.rint((np.linalg.inv(mask.affine) @ points.T).T[:, :3]).astype(int)
    assert mask.labels[tuple(indices.T)].min() == segment
    assert (mask.labels > 0).sum() == len(found)


@pytest.mark.parametrize("name", ["liver", "liver_expb", "liver_j2k", "liver_rle", "liver_deflate"])
def test_a_segmentation_is_the_same_however_it_is_stored(real_data, segmentations, name):
    image = ImagePlace(segmentations / "ct-3slice")
    stored = read_mask(real_data / "dicom" / "pydicom-data" / f"{name}.dcm", "", image)
    plain = read_mask(segmentations / "liver.dcm", "", image)
    np.testing.assert_array_equal(stored.labels > 0, plain.labels > 0)


def test_a_mask_of_another_image_is_refused(segmentations):
    image = ImagePlace(segmentations / "23x38x3" / "image")
    with pytest.raises(ImageRefused):
        read_mask(segmentations / "24x38x3" / "seg" / "label.seg", "", image)

"""DICOM in, SEG out: identical voxels, and no error of dciodvfy that the source lacks."""

import shutil
import subprocess

import nibabel
import numpy as np
import pytest

from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace, grid_of
from radzoo.data.volume.origin import read_origin
from radzoo.export.dicom_seg import Algorithm, write_seg
from radzoo.export.nifti_mask import write_nifti_mask

pytestmark = pytest.mark.real
SOURCES = [
    "dcmqi/segmentations/ct-3slice",
    "dcmqi/segmentations/24x38x3/image",
    "dcmqi/segmentations/23x38x3/image",
    "dcmqi/segmentations/24x38x3/multiframe/mf.dcm",
    "highdicom/ct_image.dcm",
    "highdicom/dx_image.dcm",
    "pydicom-data/MR2_UNCR.dcm",
    "pydicom-data/eCT_Supplemental.dcm",
    "pydicom-data/RG3_J2KR.dcm",
]


def errors_of(path):
    said = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
    return [line for line in said.splitlines() if line.startswith("Error")]


def some_labels(place):
    grid = grid_of(place)
    labels = np.random.default_rng(5).integers(0, 3, grid.shape).astype(np.uint16)
    return labels[0] if grid.flat else labels


@pytest.mark.parametrize("name", SOURCES)
def test_segmentation_of_a_real_source(real_data, tmp_path, name):
    pytest.importorskip("highdicom")
    path = real_data / "dicom" / name
    place, seg = ImagePlace(path), tmp_path / "mask.dcm"
    labels = some_labels(place)
    write_seg(seg, labels, {1: "liver", 2: "tumor"}, read_origin(place), Algorithm("any"))
    np.testing.assert_array_equal(read_mask(seg, "", place).labels, labels)
    if shutil.which("dciodvfy"):
        own = errors_of(path if path.is_file() else sorted(path.iterdir())[0])
        assert [one for one in errors_of(seg) if one not in own] == []


def test_hippocampi_as_their_reference_masks(real_data, tmp_path):
    for image in sorted((real_data / "hippocampus" / "images").iterdir())[:40]:
        place, truth = ImagePlace(image), real_data / "hippocampus" / "labels" / image.name
        labels = read_mask(truth, "", place).labels
        write_nifti_mask(tmp_path / image.name, labels, read_origin(place))
        written, wanted = nibabel.load(tmp_path / image.name), nibabel.load(truth)
        np.testing.assert_array_equal(np.asarray(written.dataobj), np.asarray(wanted.dataobj))
        np.testing.assert_array_equal(written.affine, nibabel.load(image).affine)

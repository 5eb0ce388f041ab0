"""DICOM SEG: read back by our reader, by highdicom and by ITK, and judged by dciodvfy."""

import shutil
import subprocess
import warnings

import numpy as np
import pytest
from dicoms import make_dicom
from volumes import FRAME, write_enhanced, write_series

from radzoo.core.errors import InputError
from radzoo.core.origin import Origin
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.volume import read_volume
from radzoo.data.volume.origin import read_origin
from radzoo.export.dicom_seg import Algorithm, write_seg

highdicom = pytest.importorskip("highdicom")
pydicom = pytest.importorskip("pydicom")

NAMES = {1: "liver", 2: "kidney_left", 3: "something else"}
MODEL = Algorithm("unet-phantom")
STUDY = {
    "StudyInstanceUID": "1.2.826.0.1.7", "PatientID": "P-17", "PatientName": "Müller^Jürgen",
    "SpecificCharacterSet": "ISO_IR 100", "PatientBirthDate": "19500101", "PatientSex": "M",
    "StudyDate": "20200102", "StudyTime": "101500", "StudyID": "S1", "AccessionNumber": "A1",
    "SeriesNumber": 4, "InstitutionName": "Nowhere General",
}  # fmt: skip
OBLIQUE = (0.8, 0.6, 0, -0.6, 0.8, 0)
SAGITTAL = (0, 1, 0, 0, 0, -1)


def write_study(folder, shape=(4, 12, 16), **options):
    pixels = np.random.default_rng(2).integers(0, 2000, shape).astype(np.int16)
    write_series(folder, pixels, **{**STUDY, **options})
    return ImagePlace(folder)


def draw(place):
    """Some labels on the image as it is read; the lowest slice stays empty."""
    labels = np.zeros(read_volume(place.path).values.shape, np.uint16)
    inside = np.random.default_rng(3).integers(0, 3, labels.shape)
    labels[1:] = inside[1:]
    return labels


def export(tmp_path, place, labels=None, names=NAMES):
    path = tmp_path / "mask.dcm"
    labels = draw(place) if labels is None else labels
    write_seg(path, labels, names, read_origin(place), MODEL)
    return path, labels


@pytest.mark.parametrize(
    "options",
    [{}, {"orientation": OBLIQUE}, {"orientation": SAGITTAL}, {"shift": (0, 0.5, 0)},
     {"step": -3.0}],
    ids=["axial", "oblique", "sagittal", "tilted gantry", "downwards"],
)  # fmt: skip
def test_identical_voxels(tmp_path, options):
    place = write_study(tmp_path / "ct", **options)
    path, labels = export(tmp_path, place)
    mask = read_mask(path, "", place)
    np.testing.assert_array_equal(mask.labels, labels)
    assert dict(mask.names) == NAMES
    # highdicom: each voxel at the place in the patient that our own affine gives it.
    seg = highdicom.seg.segread(path)
    if "shift" not in options:
        volume = seg.get_volume(combine_segments=True)
        found = np.argwhere(volume.array == 2)
        points = volume.affine @ np.c_[found, np.ones(len(found))].T
        indices = np.rint((np.linalg.inv(mask.affine) @ points).T[:, :3]).astype(int)
        assert len(found) == (labels == 2).sum() > 0
        assert (labels[tuple(indices.T)] == 2).all()


def test_as_itk_places_it(tmp_path):
    sitk = pytest.importorskip("SimpleITK")
    place = write_study(tmp_path / "ct", orientation=OBLIQUE)
    labels = np.zeros(read_volume(place.path).values.shape, np.uint16)
    labels[1:, 2:9, 3:11] = 1
    path, _ = export(tmp_path, place, labels, {1: "liver"})
    image = sitk.ReadImage(str(path))
    mask = read_mask(path, "", place)
    found = np.argwhere(sitk.GetArrayFromImage(image) > 0)
    points = [image.TransformIndexToPhysicalPoint([int(at) for at in one[::-1]]) for one in found]
    indices = np.linalg.inv(mask.affine) @ np.c_[np.array(points), np.ones(len(points))].T
    indices = np.rint(indices.T[:, :3]).astype(int)
    assert {tuple(one) for one in indices} == {tuple(one) for one in np.argwhere(labels)}


def test_what_it_says(tmp_path):
    path, labels = export(tmp_path, write_study(tmp_path / "ct"))
    seg = pydicom.dcmread(path)
    assert seg.PatientID == "P-17"
    assert str(seg.PatientName) == "Müller^Jürgen"
    assert seg.StudyInstanceUID == STUDY["StudyInstanceUID"]
    assert seg.FrameOfReferenceUID == FRAME
    assert seg.SeriesInstanceUID != "1.2.3.4"
    assert (seg.SegmentationType, seg.BitsAllocated, seg.Modality) == ("BINARY", 1, "SEG")
    assert "InstitutionName" not in seg
    # The lowest slice is empty, and no frame is stored for the third structure.
    assert seg.NumberOfFrames == 2 * (len(labels) - 1)
    assert len(seg.SegmentSequence) == 3
    liver, kidney, other = seg.SegmentSequence
    assert liver.SegmentedPropertyTypeCodeSequence[0].CodeValue == "10200004"
    kind = kidney.SegmentedPropertyTypeCodeSequence[0]
    assert kind.CodeMeaning == "Kidney"
    assert kind.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning == "Left"
    assert other.SegmentedPropertyTypeCodeSequence[0].CodeMeaning == "Tissue"
    algorithm = liver.SegmentationAlgorithmIdentificationSequence[0]
    assert algorithm.AlgorithmName == "unet-phantom"
    assert "radzoo" in algorithm.AlgorithmVersion
    # Each frame names the slice that it was drawn on.
    for frame in seg.PerFrameFunctionalGroupsSequence:
        height = frame.PlanePositionSequence[0].ImagePositionPatient[2]
        source = frame.DerivationImageSequence[0].SourceImageSequence[0]
        assert source.ReferencedSOPInstanceUID == f"1.2.{round((height - 30) / 2) + 1}"


def test_numbers_become_segments_in_their_order(tmp_path):
    place = write_study(tmp_path / "ct")
    labels = np.where(draw(place) == 2, 40, 7).astype(np.uint16)
    path, _ = export(tmp_path, place, labels, {40: "b", 7: "a"})
    mask = read_mask(path, "", place)
    assert dict(mask.names) == {1: "a", 2: "b"}
    np.testing.assert_array_equal(mask.labels, np.where(labels == 40, 2, 1))
    with pytest.raises(ValueError, match="needs a name"):
        export(tmp_path, place, labels, {7: "a"})


def test_frames_of_an_enhanced_object_in_any_order(tmp_path):
    stored = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    path = write_enhanced(tmp_path / "e.dcm", stored, [(0, 0, 4), (0, 0, 0), (0, 0, 2)])
    dataset = pydicom.dcmread(path)
    for keyword, value in {**STUDY, "SeriesInstanceUID": "1.2.3.4"}.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    place = ImagePlace(path)
    seg, labels = export(tmp_path, place)
    np.testing.assert_array_equal(read_mask(seg, "", place).labels, labels)
    nothing, _ = export(tmp_path, place, np.zeros_like(labels))
    assert pydicom.dcmread(nothing).NumberOfFrames == 3  # of three structures, in one slice
    assert not read_mask(nothing, "", place).labels.any()


def test_nothing_found_is_a_file_too(tmp_path):
    place = write_study(tmp_path / "ct")
    path, _ = export(tmp_path, place, np.zeros((4, 12, 16), np.uint16))
    assert not read_mask(path, "", place).labels.any()
    assert pydicom.dcmread(path).NumberOfFrames == 3


def test_a_radiograph(tmp_path):
    path = make_dicom(
        tmp_path / "cr.dcm", np.zeros((12, 16), np.uint16), SeriesInstanceUID="1.2.3.4", **STUDY
    )
    place = ImagePlace(path)
    labels = np.zeros((12, 16), np.uint16)
    labels[2:5, 3:9] = 1
    seg, _ = export(tmp_path, place, labels)
    np.testing.assert_array_equal(read_mask(seg, "", place).labels, labels)


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="needs dciodvfy of dicom3tools")
@pytest.mark.parametrize("kind", ["series", "empty", "radiograph"])
def test_dciodvfy_finds_no_error(tmp_path, kind):
    if kind == "radiograph":
        test_a_radiograph(tmp_path)
        path = tmp_path / "mask.dcm"
    else:
        place = write_study(tmp_path / "ct")
        path, _ = export(tmp_path, place, draw(place) * (kind == "series"))
    said = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
    assert "Segmentation" in said
    assert not [line for line in said.splitlines() if line.startswith("Error")]


def test_odd_headers_make_a_sound_file(tmp_path, caplog):
    odd = {"StudyDate": "2020.1.2", "PatientSex": "male", "PatientBirthDate": "",
           "AccessionNumber": "far too long for a short string"}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, of what is written here
        place = write_study(tmp_path / "ct", **odd)
    caplog.clear()
    path, _ = export(tmp_path, place)
    seg = pydicom.dcmread(path)
    assert (seg.StudyDate, seg.PatientSex, seg.AccessionNumber) == ("", "", "")
    assert not caplog.records


def test_what_cannot_be_made_is_refused(tmp_path):
    labels = np.zeros((4, 12, 16), np.uint16)
    with pytest.raises(InputError) as raised:
        write_seg(tmp_path / "m.dcm", labels, NAMES, Origin(labels.shape), MODEL)
    assert raised.value.id == "no-dicom-source"
    place = write_study(tmp_path / "ct", StudyInstanceUID="")
    with pytest.raises(InputError, match="it has no StudyInstanceUID"):
        export(tmp_path, place)
    place = write_study(tmp_path / "other", FrameOfReferenceUID="")
    with pytest.raises(InputError, match="it has no FrameOfReferenceUID"):
        export(tmp_path, place)
    assert not list(tmp_path.glob("*.dcm"))

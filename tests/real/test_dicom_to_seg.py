"""A real CT and its DICOM SEG teach a network; what it draws is a SEG on the same voxels.

The mask that is learnt from was made by dcmqi, and what is written is read by highdicom and ITK:
a reader and a writer of ours that turned an image alike would be found out.
"""

import csv
import json
import shutil
import subprocess

import numpy as np
import pytest

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600)]

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@pytest.fixture(scope="session")
def ct(real_data):
    return real_data / "dicom" / "dcmqi" / "segmentations" / "ct-3slice"


@pytest.fixture
def ask(radzoo):
    def run(*arguments):
        code, out, err = radzoo(*arguments, "--json", "-q")
        assert code == 0, err
        return json.loads(out)

    return run


@pytest.fixture
def run(ask, ct, tmp_path):
    """A network that has learnt the liver of one CT by heart."""
    pytest.importorskip("monai")
    table = tmp_path / "ct.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "path", "mask", "patient_id", "split"])
        for at, split in enumerate(("train", "train", "val", "test")):
            writer.writerow([at, ct, ct.parent / "liver.dcm", f"p{at}", split])
    ask(
        "finetune", "unet-3d", "--data", table, "--out", tmp_path / "run", "--task",
        "segmentation", "--structures", "1=liver", "--spacing-mm", "1,3,3", "--epochs", 20,
        "--lr", 0.01, "--set", "augmentation=none", "--device", "cpu",
    )  # fmt: skip
    return tmp_path / "run"


@pytest.fixture
def masks(ask, run, ct, tmp_path):
    """The masks that it draws on the series, as SEG and as NIfTI."""

    def draw(kind):
        out = tmp_path / kind
        done = ask(
            "predict", run, "--data", ct, "--data-format", "dicom-series", "--out", out,
            "--mask-format", kind, "--device", "cpu",
        )  # fmt: skip
        assert (done["n_cases"], done["n_refused"]) == (1, 0)
        (mask,) = (out / "masks").iterdir()
        return mask

    return draw("seg"), draw("nifti")


def errors_of(path):
    said = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
    return [line for line in said.splitlines() if line.startswith("Error")]


def open_seg(path):
    highdicom = pytest.importorskip("highdicom")
    volume = highdicom.seg.segread(path).get_volume(combine_segments=True)
    return volume.array, volume.affine


def places(voxels, affine):
    """Where voxels lie: `(x, y, z)` in mm, to a micrometre."""
    points = (affine @ np.c_[np.argwhere(voxels), np.ones(np.count_nonzero(voxels))].T).T[:, :3]
    return {tuple(point) for point in np.round(points, 3)}


def overlap(left, right):
    return 2 * len(left & right) / (len(left) + len(right))


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_trained_network_draws_on_the_voxels_of_its_source(masks, ask, ct, tmp_path):
    nibabel, pydicom = pytest.importorskip("nibabel"), pytest.importorskip("pydicom")
    sitk = pytest.importorskip("SimpleITK")
    seg, nifti = masks
    drawn = places(*open_seg(seg))
    assert len(drawn) > 10_000
    assert overlap(drawn, places(*open_seg(ct.parent / "liver.dcm"))) > 0.85

    # The same voxels in every format and by every reader.
    image = nibabel.load(nifti)
    assert places(np.asarray(image.dataobj), LPS_TO_RAS @ image.affine) == drawn
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(ct)))
    series, mask = reader.Execute(), sitk.ReadImage(str(nifti))
    assert mask.GetSize() == series.GetSize()
    for of in ("GetOrigin", "GetSpacing", "GetDirection"):
        np.testing.assert_allclose(getattr(mask, of)(), getattr(series, of)(), atol=1e-4)
    frames = sitk.ReadImage(str(seg))
    inside = np.argwhere(sitk.GetArrayFromImage(frames))[:, ::-1]
    points = [frames.TransformIndexToPhysicalPoint(one) for one in inside.tolist()]
    assert {tuple(point) for point in np.round(points, 3)} == drawn

    # It refers to the images that it was drawn on, and is as sound as they are.
    written, sources = pydicom.dcmread(seg), [pydicom.dcmread(one) for one in ct.iterdir()]
    assert written.StudyInstanceUID == sources[0].StudyInstanceUID
    assert written.FrameOfReferenceUID == sources[0].FrameOfReferenceUID
    (referred,) = written.ReferencedSeriesSequence
    named = {one.ReferencedSOPInstanceUID for one in referred.ReferencedInstanceSequence}
    assert named == {one.SOPInstanceUID for one in sources}
    if shutil.which("dciodvfy"):
        known = {line for one in ct.iterdir() for line in errors_of(one)}
        assert set(errors_of(seg)) <= known

    # The table of masks names the image that a SEG cannot be measured without.
    (measured,) = ask("measure", tmp_path / "seg" / "pairs.csv")["measurements"]
    voxel_mm3 = np.prod(series.GetSpacing())
    assert measured["values"]["volume_ml"] == pytest.approx(len(drawn) * voxel_mm3 / 1000, rel=1e-6)

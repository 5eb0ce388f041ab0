"""The same 200 radiographs as JPEG and as DICOM, 8 bit, plain and inverted: the same scores."""

import csv

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from radzoo.core.predictions_file import read_predictions

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

DIGITAL_XRAY = "1.2.840.10008.5.1.4.1.1.1.1"
N = 200


def write_dicom(path, pixels, *, inverted, patient):
    header = Dataset()
    header.SOPClassUID = DIGITAL_XRAY
    header.SOPInstanceUID = generate_uid(entropy_srcs=[str(path)])
    header.Modality = "DX"
    header.PatientID = patient
    header.Rows, header.Columns = pixels.shape
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    header.BitsAllocated = header.BitsStored = 8
    header.HighBit, header.PixelRepresentation = 7, 0
    header.PixelData = (255 - pixels if inverted else pixels).tobytes()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.save_as(path, enforce_file_format=True)


@pytest.fixture
def manifests(kermany, tmp_path):
    """Three manifests of the same 200 cases: JPEG, MONOCHROME2, MONOCHROME1."""
    with kermany.open(newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = rows[:: len(rows) // N][:N]
    folder = tmp_path / "dicom"
    folder.mkdir()
    files = {}
    for kind in ("jpeg", "monochrome2", "monochrome1"):
        files[kind] = tmp_path / f"{kind}.csv"
        with files[kind].open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["case_id", "path", "patient_id", "target:pneumonia"])
            for number, row in enumerate(chosen):
                path = row["path"]
                if kind != "jpeg":
                    path = folder / f"{kind}-{number}.dcm"
                    pixels = np.asarray(Image.open(row["path"]).convert("L"))
                    inverted = kind == "monochrome1"
                    write_dicom(path, pixels, inverted=inverted, patient=row["patient_id"])
                values = [row["case_id"], path, row["patient_id"], row["target:pneumonia"]]
                writer.writerow(values)
    return files


def test_dicom_and_jpeg_get_the_same_scores(radzoo, manifests, tmp_path):
    code, _, err = radzoo(
        "finetune", "radzoo-phantom-tiny", "--data", manifests["jpeg"], "--out",
        tmp_path / "run", "--image-size", 64, "--epochs", 2, "-q",
    )  # fmt: skip
    assert code == 0, err
    scores = {}
    for kind, manifest in manifests.items():
        out = tmp_path / f"{kind}-scores.csv"
        code, _, err = radzoo("predict", tmp_path / "run", "--data", manifest, "--out", out, "-q")
        assert code == 0, err
        predictions = read_predictions(out)
        assert len(predictions.case_ids) == N
        scores[kind] = predictions.scores[:, 0]
    assert np.ptp(scores["jpeg"]) > 0.01
    for kind in ("monochrome2", "monochrome1"):
        np.testing.assert_allclose(scores[kind], scores["jpeg"], atol=1e-4)

"""What files say of themselves before a pixel is decoded."""

import warnings
from io import BytesIO

import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image as Pillow
from pydicom.dataset import Dataset

from radzoo.data.file_facts import read_file_facts
from radzoo.data.guard import Guard, Request
from radzoo.data.patients import hash_identifier
from radzoo.data.readers.dicom_acquisition import acquisition_of
from radzoo.data.readers.raster_facts import of_jpeg, of_png, segments

PIXELS = np.arange(6 * 8, dtype=np.uint8).reshape(6, 8)


def test_dicom_says_how_it_was_taken_without_naming_places(tmp_path):
    path = make_dicom(
        tmp_path / "a.dcm", PIXELS, StationName="Ward 7", InstitutionalDepartmentName="Lung",
        KVP="120.0", PixelSpacing=["0.14", "0.140001"], StudyTime="091500.1", WindowCenter="3",
        SeriesDescription="post\tdrain", PatientOrientation=["L", "F"], FrameOfReferenceUID="1.9",
        ImageOrientationPatient=[0.99, 0.01, -0.02, 0, 1, 0],
        RescaleIntercept="0", SoftwareVersions=["V1", "X2"],
    )  # fmt: skip
    facts = read_file_facts(path)
    wanted = {
        "station": hash_identifier("Ward 7"), "department": hash_identifier("Lung"), "kvp": "120",
        "pixel_spacing": "0.14 0.14", "hour": "9", "window": "yes", "rows": 6, "columns": 8,
        "series_description": "post drain", "patient_orientation": "L\\F",
        "image_orientation": "1 0 0 0 1 0", "rescale_intercept": "0", "software": "V1\\X2",
        "FrameOfReferenceUID": "1.9",
    }  # fmt: skip
    assert {name: facts.get(name) for name in wanted} == wanted
    assert not {"position", "voi_lut", "laterality", "exposure"} & set(facts)


def test_heads_of_png_and_jpeg_are_read_in_a_child(tmp_path):
    Pillow.fromarray(PIXELS).save(tmp_path / "a.png")
    for quality in (50, 90):
        Pillow.fromarray(PIXELS).save(tmp_path / f"{quality}.jpg", quality=quality)
    Pillow.fromarray(PIXELS).save(tmp_path / "again.jpg", quality=50)
    (tmp_path / "words.txt").write_text("no image")
    with Guard(1) as guard:
        names = ("a.png", "50.jpg", "again.jpg", "90.jpg", "words.txt", "missing.png")
        answers = list(guard.map(Request("facts", tmp_path / name) for name in names))
    png, half, again, fine, words = (answer.fields["facts"] for answer in answers[:-1])
    assert png == {"rows": "6", "columns": "8", "bits_stored": "8", "colours": "grey",
                   "interlaced": "no"}  # fmt: skip
    assert half == again
    assert half["rows"] == "6"
    assert half["columns"] == "8"
    assert half["jpeg_tables"] != fine["jpeg_tables"]
    assert words == {}
    assert answers[-1].refused == "missing-file"


@pytest.mark.parametrize(("kind", "read"), [("png", of_png), ("jpeg", of_jpeg)])
def test_no_cut_of_a_file_harms(kind, read):
    file = BytesIO()
    Pillow.fromarray(PIXELS).save(file, kind)
    whole = file.getvalue()
    assert all(set(read(whole[:cut])) <= set(read(whole)) for cut in range(len(whole)))


def test_what_is_not_shaped_like_a_code_is_left_out():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = Dataset()
        dataset.PatientPosition = "<script>"
        dataset.PixelSpacing = ["0.1", "0.2"]
    assert acquisition_of(dataset) == {"pixel_spacing": "0.1 0.2"}


def test_segments_of_no_length_end():
    assert len(list(segments(b"\xff\xd8" + b"\xff\xe0\0\0" * 100))) == 100

"""The same radiographs as JPEG, as MONOCHROME2 and as inverted MONOCHROME1: the same pixels."""

import csv

import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image as Pillow

from radzoo.core.case import Case
from radzoo.data.prepared import prepare

pytestmark = pytest.mark.real
N = 200


@pytest.fixture(scope="module")
def radiographs(real_data):
    """Every 29th image of Kermany's, as grey values."""
    folder = real_data / "kermany_cxr"
    with (folder / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))[::29][:N]
    return [folder / row["split"] / row["label"] / row["file"] for row in rows]


def prepared(paths, cache, **options):
    settings = {"size": 128, "fit": "pad", "interpolation": "bicubic", **options}
    cases = [Case(path.name, path, {}) for path in paths]
    return prepare(cases, cache=cache, **settings)


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
@pytest.mark.parametrize("size", [128, 224])
def test_dicom_and_jpeg_are_prepared_alike(photometric, size, radiographs, tmp_path):
    dicoms = []
    for path in radiographs:
        grey = np.asarray(Pillow.open(path).convert("L"))
        stored = 255 - grey if photometric == "MONOCHROME1" else grey
        dicoms.append(
            make_dicom(tmp_path / f"{path.stem}.dcm", stored, PhotometricInterpretation=photometric)
        )
    jpeg = prepared(radiographs, tmp_path / "cache", size=size)
    dicom = prepared(dicoms, tmp_path / "cache", size=size)
    assert len(jpeg.images) == len(dicom.images) == N
    assert np.abs(jpeg.images.astype(int) - dicom.images.astype(int)).max() <= 1

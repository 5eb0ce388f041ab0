"""Oblique DICOM series with SEG masks teach a network that draws SEG masks of new series."""

import csv
import json

import numpy as np
import pytest
from volumes import write_series

from radzoo.core.errors import ExitCode
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.volume import read_volume
from radzoo.data.volume.origin import read_origin
from radzoo.export.dicom_seg import Algorithm, write_seg

pytestmark = pytest.mark.slow

OBLIQUE = (0.8, 0.6, 0, -0.6, 0.8, 0)


def write_case(folder, at):
    """A CT of noise with a dense block that is off every middle, and the block as a SEG."""
    chance = np.random.default_rng(at)
    block = np.zeros((12, 24, 28), bool)
    row, column = chance.integers(2, 7, 2)
    block[2:6, row : row + 8, column : column + 12] = True
    pixels = (1000 + 900 * block + chance.normal(0, 60, block.shape)).astype(np.int16)
    write_series(
        folder / f"ct{at}", pixels, orientation=OBLIQUE, SeriesInstanceUID=f"1.2.3.{at + 1}",
        StudyInstanceUID=f"1.2.9.{at + 1}", PatientID=f"P{at}",
    )  # fmt: skip
    place = ImagePlace(folder / f"ct{at}")
    labels = (read_volume(place.path).values > 400).astype(np.uint16)
    assert labels.sum() == block.sum()
    mask = folder / f"mask{at}.dcm"
    write_seg(mask, labels, {1: "block"}, read_origin(place), Algorithm("hand"))
    return place, mask


def test_seg_in_and_seg_out(radzoo, tmp_path):
    pytest.importorskip("monai")
    highdicom = pytest.importorskip("highdicom")
    cases = [write_case(tmp_path, at) for at in range(8)]
    table = tmp_path / "cases.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case_id", "path", "mask", "patient_id", "split"])
        for at, (place, mask) in enumerate(cases):
            split = ("train", "train", "val", "test")[at % 4]
            writer.writerow([f"c{at}", place.path, mask, f"p{at}", split])
    code, _, err = radzoo(
        "finetune", "unet-3d", "--data", table, "--out", tmp_path / "run", "--task",
        "segmentation", "--structures", "1=block", "--epochs", 12, "--lr", 0.01, "--device", "cpu",
        "--set", "augmentation=none", "-q",
    )  # fmt: skip
    assert code == ExitCode.OK, err

    # A folder of a new series, with no table that names anything.
    place, truth = write_case(tmp_path / "new", 20)
    code, told, err = radzoo(
        "predict", tmp_path / "run", "--data", place.path, "--data-format", "dicom-series",
        "--out", tmp_path / "found", "--mask-format", "seg", "--json",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    (drawn,) = (tmp_path / "found" / "masks").iterdir()
    wanted, found = read_mask(truth, "", place).labels, read_mask(drawn, "", place).labels
    assert 2 * (wanted * found).sum() / (wanted.sum() + found.sum()) > 0.9
    ours, theirs = (highdicom.seg.segread(path) for path in (drawn, truth))
    assert ours.StudyInstanceUID == theirs.StudyInstanceUID
    for one in ours.ReferencedSeriesSequence:
        assert one.SeriesInstanceUID == "1.2.3.21"
    # The SEG is measured on the image that the table names.
    code, told, err = radzoo("measure", tmp_path / "found" / "pairs.csv", "--json", "-q")
    assert code == ExitCode.OK, err
    (measured,) = json.loads(told)["measurements"]
    assert measured["values"]["volume_ml"] == pytest.approx(found.sum() * 2 * 0.7 * 0.5 / 1000)

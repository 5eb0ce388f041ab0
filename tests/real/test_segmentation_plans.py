"""Plans of real data sets: the hippocampus (MR) and lungs in radiographs."""

import json
from collections import Counter

import nibabel
import numpy as np
import pytest

pytestmark = pytest.mark.real


def plan(radzoo, *arguments):
    code, out, err = radzoo("plan", *arguments, "--task", "segmentation", "--json")
    assert code == 0, err
    said = json.loads(out)
    return said["segmentation"], {one["setting"]: one["value"] for one in said["proposals"]}, said


def test_hippocampus(real_data, radzoo):
    """35 x 50 x 35 voxels of 1 mm in the middle: the patch that nnU-Net derives, 40 x 56 x 40."""
    data = real_data / "hippocampus"
    got, told, said = plan(radzoo, "dynunet", "--data", data, "--structures",
                           "1=anterior,2=posterior")  # fmt: skip
    assert got["spacing_mm"] == [1, 1, 1]
    assert got["patch"] == [40, 56, 40]
    assert got["strides"] == [[1, 1, 1], *[[2, 2, 2]] * 3]
    assert [one["name"] for one in got["structures"]] == ["anterior", "posterior"]
    assert (got["normalisation"], got["deep_supervision"]) == ("z-score", 2)
    shapes = [nibabel.load(path).shape for path in sorted((data / "images").iterdir())]
    slices, rows, columns = np.max(shapes, axis=0)[::-1]
    assert got["size"] == [slices, rows, columns]
    assert told["looked_at"] == 24
    assert said["facts"]["n_looked_at"] == 200
    assert told["epochs"] >= 10


def test_hippocampus_without_a_declaration(real_data, radzoo):
    arguments = ("plan", "dynunet", "--data", real_data / "hippocampus", "--task", "segmentation")
    code, out, err = radzoo(*arguments, "--json")
    assert (code, out) == (3, "")
    assert json.loads(err.splitlines()[-1])["error"]["id"] == "no-structures"
    code, _, err = radzoo(*arguments, "--structures", "1=anterior", "--json")
    assert code == 3
    assert "hold the number 2" in json.loads(err.splitlines()[-1])["error"]["message"]


def test_lungs(real_data, radzoo):
    """512 pixels long, masks of 0 and 255: one name stands for all that is not 0."""
    got, told, said = plan(
        radzoo, "dynunet-2d", "--data", real_data / "covid_cxr_lungs", "--structures", "lung"
    )
    assert got["patch"] == [256, 256]
    assert got["strides"] == [[1, 1], *[[2, 2]] * 6]
    assert [(one["number"], one["name"]) for one in got["structures"]] == [(0, "lung")]
    assert Counter(said["facts"]["splits"].keys()) == Counter(("train", "val", "test"))
    assert told["structures"] == "lung"

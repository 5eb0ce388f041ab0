"""`radzoo show TABLE --case ID`: the crop that a network is fed."""

import json

import numpy as np
import pytest
from PIL import Image

from radzoo.core.errors import ExitCode


@pytest.fixture
def table(tmp_path):
    """One picture, black but for a bright square, and two boxes: around it, and beside it."""
    pixels = np.zeros((60, 80), np.uint8)
    pixels[10:30, 40:60] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    file = tmp_path / "boxes.csv"
    file.write_text('path,bbox,target:x\na.png,"40,10,20,20",1\na.png,"5,35,20,20",0\n', "utf-8")
    return file


def test_the_region_fills_the_picture(radzoo, table, tmp_path):
    for case, bright in (("a.png#1", True), ("a.png#2", False)):
        code, out, err = radzoo(
            "show", table, "--case", case, "--png", tmp_path / "x.png", "--overwrite",
            "--image-size", 32, "--json",
        )  # fmt: skip
        assert code == ExitCode.OK, err
        assert json.loads(out)["region"].startswith("box")
        seen = np.asarray(Image.open(tmp_path / "x.png"))
        assert seen.shape == (32, 32)
        assert (seen[2:-2, 2:-2] == (255 if bright else 0)).all()  # edges meet what is beyond


def test_without_regions_it_is_the_whole_image(radzoo, table, tmp_path):
    lines = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:2]), "utf-8")
    code, out, err = radzoo(
        "show", table, "--case", "a.png", "--region", "none", "--png", tmp_path / "x.png",
        "--image-size", 80,
    )  # fmt: skip
    assert code == ExitCode.OK, err
    assert "the whole image" in out
    assert (np.asarray(Image.open(tmp_path / "x.png")) > 128).sum() == 400


def test_a_case_that_is_not_there(radzoo, table):
    code, _, err = radzoo("show", table, "--case", "b.png")
    assert code == ExitCode.INPUT
    assert "has no case called b.png" in err

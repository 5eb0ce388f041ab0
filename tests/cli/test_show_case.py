"""`radzoo show TABLE --case ID`: the crop that a network is fed."""

import json

import nibabel
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


def test_a_frame_around_the_region_in_its_image(radzoo, table, tmp_path):
    crop, whole = tmp_path / "crop.png", tmp_path / "whole.png"
    words = ("show", table, "--case", "a.png#1", "--image-size", 32)
    code, _, err = radzoo(*words, "--png", crop, "--whole-png", whole)
    assert code == ExitCode.OK, err
    assert np.asarray(Image.open(crop)).shape == (32, 32)
    seen = np.asarray(Image.open(whole))
    assert seen.shape == (60, 80)
    expected = np.zeros((60, 80), np.uint8)
    expected[8:32, 38:62] = 255  # the line, two pixels beyond the region
    expected[9:31, 39:61] = 0
    expected[10:30, 40:60] = 255  # the region, which is bright
    assert np.array_equal(seen, expected)
    assert radzoo(*words, "--png", crop, "--overwrite", "--whole-png", crop)[0] == ExitCode.USAGE
    none = ("--region", "none", "--whole-png", tmp_path / "x.png")
    table.write_text("path,target:x\na.png,1\n", "utf-8")
    code, _, err = radzoo("show", table, "--case", "a.png", *none)
    assert code == ExitCode.USAGE
    assert "a.png has no region to frame" in err


def test_of_a_volume_the_slice_in_the_middle_of_the_region_is_framed(radzoo, tmp_path):
    values = np.zeros((40, 50, 20), np.int16)
    values[10:20, 20:40, 3:8] = 100
    nibabel.save(nibabel.Nifti1Image(values, np.diag([-1.0, -1.0, 2.0, 1.0])), tmp_path / "v.nii")
    table = tmp_path / "v.csv"
    table.write_text('path,bbox,target:x\nv.nii,"10,20,3,10,20,5",1\n', "utf-8")
    whole = tmp_path / "whole.png"
    code, _, err = radzoo("show", table, "--case", "v.nii", "--whole-png", whole)
    assert code == ExitCode.OK, err
    seen = np.asarray(Image.open(whole))
    assert seen.shape == (50, 40)
    assert (seen[20:40, 10:20] == 255).all()
    assert (seen[18, 8:22] == 255).all()
    assert (seen[19, 9:21] == 0).all()


def test_a_volume_whose_mask_is_of_another_geometry(radzoo, tmp_path):
    values = np.ones((8, 8, 8), np.uint8)
    for name, shift in (("v", 0), ("m", 3.5)):
        affine = np.diag([-1.0, -1.0, 2.0, 1.0])
        affine[0, 3] = shift
        nibabel.save(nibabel.Nifti1Image(values, affine), tmp_path / f"{name}.nii")
    table = tmp_path / "v.csv"
    table.write_text("path,mask,target:x\nv.nii,m.nii,1\n", "utf-8")
    code, out, err = radzoo("show", table, "--case", "v.nii", "--region", "mask")
    assert (code, out) == (ExitCode.INPUT, "")
    assert "v.nii cannot be shown: mask-off-grid" in err


def test_a_case_that_is_not_there(radzoo, table):
    code, _, err = radzoo("show", table, "--case", "b.png")
    assert code == ExitCode.INPUT
    assert "has no case called b.png" in err


FAULTS = [
    pytest.param("bbox", '"90,10,5,5"', (), "its region lies outside the image", id="outside"),
    pytest.param("bbox", '"40,10,0,5"', (), "its region has no size", id="no width"),
    pytest.param("bbox", '"40,10,5,5,5,5"', (), "its region has other dimensions", id="3-D box"),
    pytest.param(
        "bbox",
        '"40,10,5,5"',
        ("--region-margin", 5),
        "how large its pixels are",
        id="no millimetres",
    ),
    pytest.param("mask", "small.png", ("--region", "mask"), "another size", id="mask size"),
    pytest.param("mask", "empty.png", ("--region", "mask"), "is empty", id="empty mask"),
    pytest.param("mask", "none.png", ("--region", "mask"), "no such file", id="no mask"),
    pytest.param("mask", "a.nii", ("--region", "mask"), "no position", id="mask of a volume"),
]


@pytest.mark.parametrize(("column", "cell", "more", "said"), FAULTS)
def test_what_cannot_be_a_region_is_said_in_one_sentence(
    radzoo, table, tmp_path, column, cell, more, said
):
    Image.fromarray(np.ones((20, 80), np.uint8)).save(tmp_path / "small.png")
    Image.fromarray(np.zeros((60, 80), np.uint8)).save(tmp_path / "empty.png")
    mask = np.ones((80, 60, 3), np.uint8)
    nibabel.save(nibabel.Nifti1Image(mask, np.eye(4)), tmp_path / "a.nii")
    table.write_text(f"path,target:x,{column}\na.png,1,{cell}\n", "utf-8")
    code, out, err = radzoo("show", table, "--case", "a.png", "--json", *more)
    assert (code, out) == (ExitCode.INPUT, "")
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["id"] == "no-preview"
    assert said in error["message"]
    assert error["message"].count(": ") == 2  # which case, the code, what it means


def test_a_data_set_of_regions_outside_is_none(radzoo, table, tmp_path):
    table.write_text('path,bbox,target:x\na.png,"90,10,5,5",1\n', "utf-8")
    code, out, err = radzoo("data", "prepare", table, "-o", tmp_path / "p", "--size", 16)
    assert (code, out) == (ExitCode.INPUT, "")
    assert len([line for line in err.splitlines() if line.startswith("error: ")]) == 1
    assert "region-outside: its region lies outside the image" in err

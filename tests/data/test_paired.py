"""Folders of images and masks are pairs, not two classes."""

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.errors import InputError
from radzoo.data.load import find_preset, load_manifest
from radzoo.data.options import DataOptions

PLAIN = DataOptions(needs_targets=False)


@pytest.fixture
def folder(tmp_path):
    for name in ("images/p1/a.jpg", "images/b.png", "masks/p1/a.png", "masks/z.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / name)
    return tmp_path


def test_a_mask_of_the_same_name_belongs_to_its_image(folder):
    assert find_preset(folder, PLAIN).name == "unlabelled"
    got = load_manifest(folder, options=PLAIN)
    assert {case.case_id: case.mask for case in got.cases} == {
        "images/b.png": None, "images/p1/a.jpg": folder / "masks/p1/a.png",
    }  # fmt: skip
    assert got.notes == (
        "1 of 2 images have a mask of their name in masks",
        "1 masks in masks have no image of their name and were left alone",
    )
    with pytest.raises(InputError, match="no labels"):
        load_manifest(folder, options=DataOptions())


def test_labels_are_joined_with_the_images_and_not_with_the_masks(folder):
    (folder / "masks/p1/a.png").rename(folder / "masks/b.png")
    table = folder / "t.csv"
    table.write_text("file,target:x\nb.png,1\na.jpg,0\n")
    got = load_manifest(folder, options=DataOptions(labels=table))
    assert [(case.case_id, case.targets["x"], case.mask) for case in got.cases] == [
        ("images/b.png", 1.0, folder / "masks/b.png"), ("images/p1/a.jpg", 0.0, None),
    ]  # fmt: skip


def test_without_a_pair_every_file_is_an_image(folder):
    (folder / "masks/p1/a.png").rename(folder / "masks/c.png")
    got = load_manifest(folder, options=PLAIN)
    assert len(got.cases) == 4
    assert all(case.mask is None for case in got.cases)

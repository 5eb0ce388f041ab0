"""Rows find their images by path: never another patient's."""

from pathlib import Path

import pytest

from radzoo.core.errors import InputError
from radzoo.data.folder import Found
from radzoo.data.header import NO_HEADER
from radzoo.data.presets.matching import match_rows
from radzoo.data.table import read_table


def match(tmp_path, cells, names):
    labels = tmp_path / "labels.csv"
    labels.write_text("path,finding\n" + "".join(f"{cell},1\n" for cell in cells))
    files = [Found(name, Path(name), dicom=False) for name in names]
    return match_rows(read_table(labels), files, dict.fromkeys(names, NO_HEADER))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        pytest.param("NORMAL/a.png", "train/NORMAL/a.png", id="the cell is the end of the path"),
        pytest.param("/mnt/old/study/a.png", "a.png", id="the path is the end of the cell"),
        pytest.param("study\\p1\\a.png", "p1/a.png", id="written on Windows"),
        pytest.param("p1/a", "p1/a.png", id="without suffix"),
    ],
)
def test_one_path_is_the_end_of_the_other(tmp_path, cell, name):
    assert match(tmp_path, [cell], [name]).rows == {name: (0,)}


def test_the_same_name_in_another_patients_folder_is_another_image(tmp_path):
    found = match(tmp_path, ["p1/a.png", "p2/a.png"], ["p1/a.png", "p3/a.png"])
    assert found.rows == {"p1/a.png": (0,)}
    assert "1 of 2 label rows found an image" in found.notes[0]


def test_one_image_that_two_paths_could_mean_belongs_to_neither(tmp_path):
    cells = ["old/p1/a.png", "old/p2/a.png", "old/p3/b.png", "old/p3/b.png"]
    assert match(tmp_path, cells, ["a.png", "b.png"]).rows == {"b.png": (2, 3)}


def test_a_cell_that_could_mean_two_images_means_none(tmp_path):
    with pytest.raises(InputError, match="none of the 1 rows"):
        match(tmp_path, ["a.png"], ["p1/a.png", "p2/a.png"])

"""Cases of classical models are read as those of a network are."""

import csv

import pytest

from radzoo.core.errors import InputError
from radzoo.data.options import DataOptions
from radzoo.tasks import TASKS
from radzoo.workflows.baselines.baseline import read_cases
from radzoo.workflows.baselines.inputs import BaselineConfig


def read(folder, values, **options):
    rows = [
        [f"{split}{at}.png", split, value]
        for split in ("train", "val", "test")
        for at, value in enumerate(values * 2)
    ]
    with (folder / "cases.csv").open("w", newline="") as out:
        csv.writer(out).writerows([["path", "split", "target:grade"], *rows])
    for path, *_ in rows:
        (folder / path).touch()
    made = BaselineConfig(
        folder / "cases.csv", folder / "out", folder, options=DataOptions(**options)
    )
    return read_cases(made, TASKS["ordinal"], lambda _: None)[0]


def test_whole_numbers_are_classes_even_if_some_are_left_out(tmp_path):
    manifest = read(tmp_path, [1, 2, 4])
    assert manifest.classes == {"grade": ("1", "2", "4")}
    assert {case.targets["grade"] for case in manifest.cases} == {0.0, 1.0, 2.0}


def test_the_order_of_words_is_not_guessed(tmp_path):
    with pytest.raises(InputError, match="nobody has said"):
        read(tmp_path, ["low", "mid", "high"], target="target:grade")

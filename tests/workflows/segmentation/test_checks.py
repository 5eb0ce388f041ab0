"""Masks that were prepared: undeclared numbers, and nothing at all."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.segmentation import Structure
from radzoo.workflows.segmentation.checks import check_masks

LIVER = [Structure(number=1, name="liver")]
ANY = [Structure(number=0, name="liver")]


def prepared(*numbers, splits=("train", "train", "val")):
    """Return masks of four pixels, one of which has the number."""
    masks = np.zeros((len(numbers), 2, 2), np.uint16)
    masks[:, 0, 1] = numbers
    cases = [Case(f"c{row}", Path(), {}, split=split) for row, split in enumerate(splits)]
    return SimpleNamespace(masks=masks, cases=cases, rows=np.arange(len(numbers)))


def test_declared_numbers_and_background_alone_serve():
    check_masks(prepared(1, 0, 0), LIVER)
    check_masks(prepared(9, 0, 7), ANY)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((1, 4, 1), "1 of 3 cases hold the number 4, which was not declared"),
        ((4, 4, 9), "2 of 3 cases hold the number 4 .and 1 other numbers."),
    ],
)
def test_undeclared_numbers_are_named(numbers, words):
    with pytest.raises(InputError, match=words) as caught:
        check_masks(prepared(*numbers), LIVER)
    assert (caught.value.id, caught.value.exit_code) == ("undeclared-number", 3)
    assert "4=NAME" in caught.value.hint


def test_a_training_set_of_background_is_refused():
    with pytest.raises(InputError, match="all 2 training cases are background") as caught:
        check_masks(prepared(0, 0, 1), LIVER)
    assert (caught.value.id, caught.value.exit_code) == ("empty-masks", 3)

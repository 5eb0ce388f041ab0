"""Structures and plans of segmentations."""

import numpy as np
import pytest
from pydantic import ValidationError

from radzoo.core.segmentation import (
    UNDECLARED,
    SegmentationPlan,
    Structure,
    lookup_of,
    say_structures,
)


def structures(*pairs):
    return [Structure(number=number, name=name) for number, name in pairs]


def plan(**changed):
    values = {
        "dimensions": 3, "structures": structures((1, "a"), (2, "b")), "spacing_mm": (1, 1, 1),
        "size": (40, 56, 40), "patch": (40, 56, 40), "batch_size": 2, "normalisation": "z-score",
    }  # fmt: skip
    return SegmentationPlan(**{**values, **changed})


@pytest.mark.parametrize(
    ("declared", "numbers", "classes"),
    [
        pytest.param([(1, "a"), (2, "b")], [0, 1, 2, 3], [0, 1, 2, UNDECLARED], id="plain"),
        pytest.param([(7, "a"), (3, "b")], [0, 7, 3], [0, 1, 2], id="order of declaration"),
        pytest.param([(1, "a"), (2, "b"), (4, "a")], [1, 2, 4], [1, 2, 1], id="two of one name"),
        pytest.param([(0, "lung")], [0, 1, 255, 65535], [0, 1, 1, 1], id="all that is not 0"),
    ],
)
def test_numbers_become_classes(declared, numbers, classes):
    assert lookup_of(structures(*declared))[numbers].tolist() == classes


def test_names_and_words():
    three = structures((1, "a"), (2, "b"), (4, "a"))
    assert plan(structures=three).names == ("a", "b")
    assert plan(structures=three).n_classes == 3
    assert say_structures(three) == "1=a,2=b,4=a"
    assert say_structures(structures((0, "lung"))) == "lung"


def test_values_are_normalised_as_planned():
    values = np.array([-2000, 50, 3000], np.float32)
    ct = plan(normalisation="ct", mean=40.0, std=10.0, low=-60.0, high=140.0)
    assert ct.normalise(values).tolist() == [-10, 1, 10]
    assert plan().normalise(values, mean=50.0, std=5.0).tolist() == [-410, 0, 590]
    assert plan(normalisation="none").normalise(values).tolist() == values.tolist()
    assert plan(normalisation="ct", std=10.0).normalise(values).tolist() == [-200, 5, 300]


@pytest.mark.parametrize(
    "wrong",
    [
        {"patch": (40, 56)},
        {"strides": [[1, 1, 1]], "kernels": []},
        {"structures": []},
        {"structures": structures(*[(n, f"s{n}") for n in range(1, 256)])},
    ],
)
def test_parts_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValidationError):
        plan(**wrong)


def test_a_plan_is_read_back_as_it_was_written():
    assert SegmentationPlan.model_validate_json(plan().model_dump_json()) == plan()

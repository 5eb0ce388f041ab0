"""Columns beside the image: what they are taken for, and the numbers that follow."""

import json
from pathlib import Path

import numpy as np
import pytest

from radzoo.core.case import Case
from radzoo.core.errors import ExitCode, InputError
from radzoo.data.covariates import (
    count_columns,
    encode_covariates,
    learn_covariates,
    say_unknown,
    told_of,
)

NAMES = ["age", "sex"]


def cases(*rows):
    return [
        Case(str(n), Path("x"), {}, covariates=dict(zip(NAMES, row, strict=True)))
        for n, row in enumerate(rows)
    ]


TRAINING = cases(("40", "M"), ("60", "F"), ("", "F"))


def test_numbers_and_words_by_hand():
    found = learn_covariates(TRAINING, NAMES)
    assert [(one.kind, one.centre, one.spread, one.levels) for one in found] == [
        ("number", 50, 10, []),
        ("category", 0, 1, ["F", "M"]),
    ]
    assert count_columns(found) == 4
    assert encode_covariates(TRAINING, found).tolist() == [
        [-1, 0, 1, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
    ]


def test_new_cases_are_read_as_those_of_training_were():
    found = learn_covariates(TRAINING, NAMES)
    strange = cases(("old", "X"), ("70", ""))
    assert encode_covariates(strange, found).tolist() == [[0, 1, 0, 1], [2, 0, 0, 1]]
    notes = say_unknown(strange, found)
    assert [note.startswith("1 of 2 cases") for note in notes] == [True, True]
    assert told_of(strange, []) is None


def test_a_number_that_never_changes_says_nothing():
    found = learn_covariates(cases(("5", "F"), ("5", "F")), NAMES)
    assert encode_covariates(cases(("5", "F")), found).tolist() == [[0, 0, 0]]
    assert np.isfinite(encode_covariates(cases(("6", "M")), found)).all()


def test_columns_that_tell_nothing_are_refused():
    with pytest.raises(InputError, match="'age' is blank in every training case"):
        learn_covariates(cases(("", "F"), ("NA", "M")), NAMES)
    many = cases(*((f"{n} years", "F") for n in range(21)))
    with pytest.raises(InputError, match="'age' has 21 different values") as caught:
        learn_covariates(many, NAMES)
    assert caught.value.id == "too-many-levels"
    assert learn_covariates(many[:20], NAMES)[0].kind == "category"


def test_a_column_that_is_not_there_ends_in_a_sentence(tmp_path, radzoo):
    path = tmp_path / "cases.csv"
    path.write_text("path,time,event,age\na.png,3,1,50\n", "utf-8")
    code, out, err = radzoo("data", "describe", path, "--covariates", "age,weight", "--json")
    assert (code, out) == (ExitCode.INPUT, "")
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["id"] == "missing-column"
    assert "weight" in error["message"]

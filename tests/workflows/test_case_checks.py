"""What the cases of a split lack, said in one sentence before anything is taught."""

from pathlib import Path

import pytest

from radzoo.core.case import Case, Manifest
from radzoo.core.config import Portion
from radzoo.core.errors import InputError
from radzoo.tasks import TASKS
from radzoo.workflows.case_checks import check_cases, check_folds, check_order

GRADES = {"grade": ("low", "mid", "high")}


def cases(*values, split=None):
    return tuple(
        Case(f"{split}{at}", Path("x"), {"grade": value}, patient_id=f"{split}{at}", split=split)
        for at, value in enumerate(values)
    )


@pytest.mark.parametrize("task", ["multiclass", "ordinal"])
def test_each_class_is_needed_in_each_split(task):
    check_cases(TASKS[task], cases(0.0, 1.0, 2.0), ["grade"], GRADES, "val")
    with pytest.raises(InputError, match="val split has no case of the class 'mid'") as caught:
        check_cases(TASKS[task], cases(0.0, 2.0), ["grade"], GRADES, "val")
    assert (caught.value.id, caught.value.exit_code) == ("class-without-cases", 3)


def test_words_are_no_numbers():
    with pytest.raises(InputError, match=r"has the classes low, mid, high; .* needs numbers"):
        check_cases(TASKS["regression"], cases(0.0, 1.0), ["grade"], GRADES, "train")


def test_the_fold_that_lacks_a_class_is_named_before_the_first_training():
    """Two patients of the class 'high' cannot be in the test split of each of three folds."""
    values = [0.0, 1.0] * 10 + [2.0] * 2
    manifest = Manifest(cases(*values), ("grade",), classes=GRADES)
    portion = Portion(fold=0, folds=3)
    with pytest.raises(InputError, match=r"fold \d of 3: the \w+ split has no case of .*'high'"):
        check_folds(manifest, portion, TASKS["ordinal"], seed=0, allow_leakage=False)
    later = portion.model_copy(update={"fold": 1})
    check_folds(manifest, later, TASKS["ordinal"], seed=0, allow_leakage=False)
    several = Manifest(cases(*[0.0, 1.0, 2.0] * 9), ("grade",), classes=GRADES)
    check_folds(several, portion, TASKS["ordinal"], seed=0, allow_leakage=False)


def test_the_order_of_words_is_not_guessed():
    words = Manifest(cases(0.0, 1.0, 2.0), ("grade",), classes=GRADES)
    with pytest.raises(InputError, match="low, mid, high, and nobody has said") as caught:
        check_order(words, TASKS["ordinal"], ())
    assert (caught.value.id, caught.value.exit_code) == ("no-order", 3)
    check_order(words, TASKS["ordinal"], GRADES["grade"])
    check_order(words, TASKS["multiclass"], ())
    digits = Manifest(cases(0.0, 1.0), ("grade",), classes={"grade": ("1", "2.5")})
    check_order(digits, TASKS["ordinal"], ())

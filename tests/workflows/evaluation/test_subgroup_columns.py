import pytest

from radzoo.core.errors import InputError, UsageError
from radzoo.workflows.evaluation.subgroup_columns import UNKNOWN, assign_groups


def test_words_are_groups_and_blanks_are_unknown():
    groups, order = assign_groups({"site": ["B", "A", "", "NA", " A "]}, "site")
    assert groups == ["B", "A", UNKNOWN, UNKNOWN, "A"]
    assert order == ["A", "B", UNKNOWN]


def test_few_numbers_are_groups_in_their_order():
    groups, order = assign_groups({"grade": ["10", "2", "1", "2"]}, "grade")
    assert (groups, order) == (["10", "2", "1", "2"], ["1", "2", "10"])


def test_ages_are_banded():
    ages = ["39.9", "40", "59", "60", "79", "80", "101", "0", "", *map(str, range(41, 50))]
    groups, order = assign_groups({"patient_age": ages}, "patient_age")
    bands = ["<40", "40-59", "40-59", "60-79", "60-79", "80+", "80+", "<40", UNKNOWN]
    assert groups[:9] == bands
    assert order == ["<40", "40-59", "60-79", "80+", UNKNOWN]


def test_other_numbers_are_cut_into_quarters():
    groups, order = assign_groups({"dose": [str(at) for at in range(1, 13)]}, "dose")
    assert order == ["1 to 3", "4 to 6", "7 to 9", "10 to 12"]
    assert [groups.count(one) for one in order] == [3, 3, 3, 3]
    # A stage is no age, though the word ends so; and nobody is 900 years old.
    _, stages = assign_groups({"stage": [str(at) for at in range(12)]}, "stage")
    _, days = assign_groups({"age": [str(100 * at) for at in range(12)]}, "age")
    assert stages[0] == "0 to 2"
    assert days[0] == "0 to 200"


def test_columns_can_be_crossed():
    columns = {"sex": ["F", "M", "F", ""], "site": ["B", "A", "A", "A"]}
    groups, order = assign_groups(columns, "sex*site")
    assert groups == ["F * B", "M * A", "F * A", f"{UNKNOWN} * A"]
    assert order == ["F * A", "F * B", "M * A", f"{UNKNOWN} * A"]


def test_errors():
    with pytest.raises(InputError, match="no column 'sit'") as error:
        assign_groups({"site": ["A"]}, "sit")
    assert error.value.hint == "did you mean site?"
    with pytest.raises(InputError) as error:
        assign_groups({}, "site")
    assert "none beside targets" in error.value.hint
    with pytest.raises(UsageError, match="60 different values"):
        assign_groups({"study": [f"s{at}" for at in range(60)]}, "study")

"""Tables, cells, lists, ages and readers: worked by hand, and by law."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core import delimited
from radzoo.core.errors import InputError
from radzoo.data.layout.decisions import combine_readers
from radzoo.data.layout.facts import read_age, read_cell
from radzoo.data.layout.schema import Age, Cell, Table
from radzoo.data.layout.sheet import Row
from radzoo.data.layout.states import Values, split_list
from radzoo.data.layout.table_rows import read_rows

TABLE = Table(files="a.csv")


def row(**cells):
    return Row(dict(cells), "a.csv", 2)


@pytest.mark.parametrize(
    ("cell", "separator", "expected"),
    [
        ("Cardiomegaly|Effusion", "|", ["Cardiomegaly", "Effusion"]),
        ("['pleural effusion', 'a, b']", "python", ["pleural effusion", "a, b"]),
        ("""["it's", 'c']""", "python", ["it's", "c"]),
        ("[]", "python", []),
        ("['loc basal ', '']", "python", ["loc basal", ""]),
        ("Mass", None, ["Mass"]),
        ("[" * 100_000, "python", []),
    ],
)
def test_lists(cell, separator, expected):
    assert split_list(cell, separator) == expected


@pytest.mark.parametrize(
    ("text", "unit", "years"),
    [
        ("058Y", "years", 58), ("64", "years", 64), ("64.0", "years", 64), ("006M", "years", 0.5),
        ("18", "months", 1.5), ("6,5", "years", 6.5), ("014D", "years", 14 / 365.25),
        ("", "years", None), ("old", "years", None),
    ],
)  # fmt: skip
def test_ages(text, unit, years):
    assert read_age(Age(columns="age", unit=unit), row(age=text)) == years


def test_an_age_of_two_years():
    age = Age(columns="date", born="birth")
    assert read_age(age, row(date="20140915", birth="1949.0")) == 65
    assert read_age(age, row(date="20140915", birth="")) is None


def test_the_first_cell_that_has_a_value_counts():
    cell = Cell(columns=["a", "b"], missing="0", values={"w": "F"})
    assert read_cell(cell, row(a="0", b="w")) == "F"
    assert read_cell(cell, row(a="x", b="w")) == "x"
    assert read_cell(cell, row(a="", b="nan")) == ""


@pytest.mark.parametrize(
    ("cell", "state"),
    [("1", 1), ("1.0", 1), ("1,0", 1), ("-1.0", "uncertain"), ("0", 0), ("", None), ("nan", None)],
)
def test_numbers_are_compared_as_numbers(cell, state):
    values = Values({"1": 1, "0": 0, "-1": "uncertain"})
    assert values.read(row(x=cell), ["x"]) == state


def test_values_that_nobody_explained():
    assert Values({}).read(row(x="TRUE"), ["x"]) == 1
    assert Values({}, otherwise=1).read(row(x="1 2 3"), ["x"]) == 1
    with pytest.raises(InputError) as caught:
        Values({}).read(row(x="-1"), ["x"])
    assert caught.value.id == "bad-target"


STATES = st.sampled_from([0, 1, None, "uncertain"])
VOTES = st.dictionaries(st.sampled_from(["R1", "R2", "R3", "R4", "R5"]), STATES, min_size=1)


@given(VOTES)
def test_readers_who_agree_are_right_by_every_rule(votes):
    said = {vote for vote in votes.values() if vote is not None}
    if len(said) <= 1:
        expected = next(iter(said), None)
        assert all(combine_readers(votes, rule) == expected for rule in ("majority", "any", "all"))


@given(st.dictionaries(st.sampled_from("abcde"), st.sampled_from([0, 1]), min_size=1))
def test_all_implies_majority_implies_any(votes):
    every, most, one = (combine_readers(votes, rule) for rule in ("all", "majority", "any"))
    assert (every == 1) == all(votes.values())
    assert (one == 1) == any(votes.values())
    half = 2 * sum(votes.values()) - len(votes)
    assert most == (None if half == 0 else int(half > 0))


def test_the_order_of_the_readers_does_not_matter():
    votes = {"a": 1, "b": 0, "c": "uncertain", "d": 1}
    backwards = dict(reversed(votes.items()))
    for rule in ("majority", "any", "all", "b"):
        assert combine_readers(votes, rule) == combine_readers(backwards, rule)
    assert combine_readers({"a": 1, "b": 0}, "majority") is None
    assert combine_readers(votes, "a") == 1


def table(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"\xef\xbb\xbfa;b\n1;2\n",
        b"a,b,\n1,2,\n",
        b"a,b,,\n1,2\n",
        b"a\tb\r\n1\t2\r\n",
        b" a , b\n 1, 2\n",
        gzip.compress(b"a,b\n1,2\n", mtime=0),
    ],
)
def test_tables_as_they_come(data, tmp_path):
    got = read_rows(table(tmp_path, data), TABLE)
    assert got.columns == ("a", "b")
    assert got.rows == [(2, {"a": "1", "b": "2"})]


def test_a_line_break_inside_quotes_stays_in_its_cell(tmp_path):
    got = read_rows(table(tmp_path, b'a,b\n"x/y.dcm\n",2\n3,4\n'), TABLE)
    assert [(number, cells["a"]) for number, cells in got.rows] == [(3, "x/y.dcm"), (4, "3")]


@pytest.mark.parametrize(
    ("data", "id_"),
    [
        (b"a,b\n1\n", "ragged-row"), (b"a,b\n1,2,3\n", "ragged-row"),
        (b"a,a\n1,2\n", "repeated-column"), (b"\x1f\x8bnonsense", "not-a-table"),
    ],
)  # fmt: skip
def test_tables_that_are_none(data, id_, tmp_path):
    with pytest.raises(InputError) as caught:
        read_rows(table(tmp_path, data), TABLE)
    assert caught.value.id == id_


def test_a_table_that_unpacks_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_UNPACKED", 100_000)
    with pytest.raises(InputError, match="too large for a table") as caught:
        read_rows(table(tmp_path, gzip.compress(b"a,b\n" + b"1,2\n" * 100_000)), TABLE)
    assert caught.value.id == "not-a-table"
    with pytest.raises(InputError, match="too large for a table"):
        read_rows(table(tmp_path, gzip.compress(b"x" * 20_000_000)), TABLE)
    # A plain file is as large as it says.
    assert len(read_rows(table(tmp_path, b"a,b\n" + b"1,2\n" * 50_000), TABLE).rows) == 50_000


@pytest.mark.parametrize("line", ["[1]", "{", "nonsense", "[" * 100_000])
def test_json_lines_that_are_none(line, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' + line + "\n")
    with pytest.raises(InputError) as caught:
        read_rows(path, TABLE)
    assert "line 2" in str(caught.value)

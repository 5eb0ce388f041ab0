"""Times and events of a table: what is read, and what is refused in one sentence."""

import json

import pytest

from radzoo.core.errors import ExitCode
from radzoo.data.load import load_manifest
from radzoo.data.options import DataOptions


@pytest.fixture
def table(tmp_path):
    def write(*lines):
        path = tmp_path / "cases.csv"
        (tmp_path / "a.png").touch()
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


def times_of(path, **options):
    cases = load_manifest(path, options=DataOptions(**options)).cases
    return [(case.time, case.event) for case in cases]


def test_usual_columns_are_read_by_themselves(table):
    path = table("path,Time,event", "a.png,12.5,1", "b.png,3,no", "c.png,,1", "d.png,4,NA")
    assert times_of(path) == [(12.5, 1), (3, 0), (None, None), (None, None)]


def test_other_columns_and_words_are_named(table):
    path = table("path,days,end", "a.png,5,Dead", "b.png,6,alive")
    named = {"time": "days", "event": "end", "positive": "dead"}
    assert times_of(path, **named) == [(5, 1), (6, 0)]


@pytest.mark.parametrize(
    ("header", "row", "more", "said", "id_"),
    [
        ("time,event", "0,1", (), "row 2, column 'time': needed a time above 0", "bad-time"),
        ("time,event", "-3,1", (), "needed a time above 0", "bad-time"),
        ("time,event", "inf,1", (), "needed a time above 0", "bad-time"),
        ("time,event", "soon,1", (), "needed a time above 0", "bad-time"),
        ("time,event", "3,2", (), "column 'event': needed 1 for an event", "bad-event"),
        ("days,event", "3,1", ("--time", "day"), "", "missing-column"),
        ("days,end", "3,1", ("--time", "days"), "one of time and event", "missing-column"),
    ],
)
def test_what_cannot_be_a_time_is_refused(table, radzoo, header, row, more, said, id_):

    path = table(f"path,{header}", f"SECRET.png,{row}")
    code, out, err = radzoo("data", "describe", path, *more, "--json")
    assert (code, out) == (ExitCode.INPUT, ""), err
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["id"] == id_
    assert said in error["message"]
    assert "SECRET" not in err

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.case import Refused
from radzoo.core.errors import InputError, RadzooError, UsageError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.predictions_file import read_predictions, write_predictions

ONE_HOT = np.eye(3)
SMALL = Predictions(
    labels=("none", "mild", "severe"),
    case_ids=("a", "b", "c"),
    patient_ids=("p", "p", "q"),
    targets=np.array([ONE_HOT[2], [math.nan] * 3, ONE_HOT[0]]),
    scores=np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25], [math.nan] * 3]),
    groups={"site": ("n", "s", "n")},
    refused=(Refused("d", "unreadable"),),
    form="classes",
)


@pytest.fixture
def read(tmp_path):
    def read_text(text, **columns):
        path = tmp_path / "p.csv"
        path.write_text(text, encoding="utf-8")
        return read_predictions(path, Columns(**columns))

    return read_text


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_round_trip_is_exact(tmp_path, suffix):
    path = tmp_path / f"p.{suffix}"
    write_predictions(path, SMALL)
    again = read_predictions(path)
    assert again.form == "classes"
    assert (again.labels, again.case_ids, again.groups, again.refused) == (
        SMALL.labels, SMALL.case_ids, SMALL.groups, SMALL.refused
    )  # fmt: skip
    assert again.targets.tobytes() == SMALL.targets.tobytes()
    assert again.scores.tobytes() == SMALL.scores.tobytes()


def test_a_class_may_be_called_none(tmp_path):
    write_predictions(tmp_path / "p.csv", SMALL)
    lines = (tmp_path / "p.csv").read_text().splitlines()
    assert lines[0] == "case_id,patient_id,target,score:none,score:mild,score:severe,site,refused"
    assert [line.split(",")[2] for line in lines[1:]] == ["severe", "", "none", ""]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param("target,score:0,score:1,score:2\n{}", {}, id="radzoo's own"),
        pytest.param("y,score:0,score:1,score:2\n{}", {"target": "y"}, id="target named"),
        pytest.param("y,p_0,p_1,p_2\n{}", {"target": "y", "score": "p_*"}, id="star"),
        pytest.param(
            "y,a,b,c\n{}", {"target": "y", "score": "a,b,c", "classes": ("0", "1", "2")},
            id="columns and classes",
        ),
    ],
)  # fmt: skip
def test_many_layouts_of_the_same(read, text, columns):
    if columns.get("score"):
        columns["task"] = "multiclass"
    found = read(text.format("2,0.1,0.2,0.7\n,0.2,0.3,0.5\n0.0,1,0,\n"), **columns)
    assert (found.form, found.labels) == ("classes", ("0", "1", "2"))
    np.testing.assert_array_equal(found.targets, [ONE_HOT[2], [math.nan] * 3, ONE_HOT[0]])
    np.testing.assert_array_equal(found.scores[2], [1, 0, math.nan])
    assert not found.groups


def test_the_order_of_classes_can_be_declared(read):
    text = "target,score:high,score:low\nlow,0.3,0.7\n"
    found = read(text, task="ordinal", classes=("low", "high"))
    assert found.labels == ("low", "high")
    np.testing.assert_array_equal(found.scores, [[0.7, 0.3]])
    np.testing.assert_array_equal(found.targets, [[1, 0]])
    with pytest.raises(UsageError, match="low, hi were declared"):
        read(text, classes=("low", "hi"))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param(
            "target:a,target:b,score:a,score:b,target\n1,0,0.5,0.5,x\n", {}, id="findings"
        ),
        pytest.param("target,target:a,score:a\nx,1,0.5\n", {}, id="one score"),
        pytest.param("score:a,score:b\n0.5,0.5\n", {}, id="no target"),
    ],
)
def test_other_files_are_findings(read, text, columns):
    assert read(text, **columns).form == "labels"


@pytest.mark.parametrize(
    ("rows", "message", "hint"),
    [
        pytest.param("benign,1,0\nMaligant,0,1\n", "line 3, column 'target'", "malignant?", id="?"),
        pytest.param("zzz,1,0\n", "needed the name of a class", "column of scores", id="unlike"),
        pytest.param("benign,1,0\n,1,0\n7,0,1\n", "line 4 is a number", "same way", id="mixed"),
        pytest.param("benign,1,x\n", "column 'score:malignant'", "blank", id="score"),
    ],
)
def test_bad_targets_are_named_by_line(read, rows, message, hint):
    with pytest.raises(InputError) as caught:
        read("target,score:benign,score:malignant\n" + rows)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert "Maligant" not in str(caught.value)


def test_mixed_targets_of_a_finding(read):
    with pytest.raises(InputError, match=r"line 2 is a number, .* line 4 a word") as caught:
        read("target:x,score:x\n1,0.5\n,0.5\nsick,0.5\n")
    assert caught.value.id == "mixed-labels"


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"positive": "benign"}, id="positive"),
        pytest.param({"score": "score:benign"}, id="one column"),
        pytest.param({"score": "p*"}, id="star that fits nothing"),
        pytest.param({"score": "score:benign,p"}, id="no such column"),
    ],
)
def test_what_makes_no_sense_is_refused(read, columns):
    with pytest.raises(RadzooError):
        read("target,score:benign,score:malignant\nbenign,1,0\n", task="multiclass", **columns)


@given(st.data())
def test_any_classes_survive_csv(tmp_path_factory, data):
    text = st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Zs"]), min_size=1)
    names = data.draw(st.lists(text, min_size=2, max_size=4, unique=True))
    rows = data.draw(st.lists(st.integers(0, len(names) - 1), min_size=1, max_size=6))
    targets = np.eye(len(names))[rows]
    ids = tuple(map(str, range(len(rows))))
    written = Predictions(tuple(names), ids, ids, targets, targets, form="classes")
    path = tmp_path_factory.mktemp("round") / "p.csv"
    write_predictions(path, written)
    found = read_predictions(path)
    assert found.labels == written.labels
    np.testing.assert_array_equal(found.targets, targets)

import math
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.case import Refused
from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Columns, Predictions
from radzoo.core.predictions_file import read_predictions, write_predictions

SMALL = Predictions(
    labels=("Edema", "Nodule"),
    case_ids=("a", "b"),
    patient_ids=("p1", "p2"),
    targets=np.array([[0.0, 1.0], [np.nan, 0.0]]),
    scores=np.array([[0.1, 1 / 3], [np.nan, 1e-300]]),
    groups={"site": ("north", "south")},
    refused=(Refused("c", "unreadable: truncated"),),
)


def same(one: Predictions, other: Predictions) -> bool:
    return (
        one.labels == other.labels
        and one.case_ids == other.case_ids
        and one.patient_ids == other.patient_ids
        and one.groups == other.groups
        and one.refused == other.refused
        and one.targets.tobytes() == other.targets.tobytes()
        and one.scores.tobytes() == other.scores.tobytes()
    )


@pytest.fixture
def read(tmp_path):
    def read_text(text, columns=None, encoding="utf-8"):
        path = tmp_path / "p.csv"
        path.write_bytes(text.encode(encoding, "surrogateescape"))
        return read_predictions(path, columns or Columns())

    return read_text


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_round_trip_is_exact(tmp_path, suffix):
    path = tmp_path / f"p.{suffix}"
    write_predictions(path, SMALL)
    assert same(read_predictions(path), SMALL)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp", "Cf"]))
NAMES = st.lists(TEXT.filter(bool), min_size=1, max_size=5, unique=True)
FLOATS = st.floats(allow_infinity=False)


@given(NAMES, st.data())
def test_any_name_and_number_survives_csv(tmp_path_factory, names, data):
    path = tmp_path_factory.mktemp("round") / "p.csv"
    size = len(names)
    numbers = np.array(data.draw(st.lists(FLOATS, min_size=size, max_size=size))).reshape(-1, 1)
    numbers[np.isnan(numbers)] = np.nan
    written = Predictions(("x",), tuple(names), tuple(names), numbers, numbers)
    write_predictions(path, written)
    assert same(read_predictions(path), written)


def test_a_name_that_is_not_utf8_keeps_its_bytes(read, tmp_path):
    read_back = read("case_id,target:x,score:x\ncaf\udce9.png,1,0.5\n")
    assert read_back.case_ids == ("caf\udce9.png",)
    write_predictions(tmp_path / "again.csv", read_back)
    assert b"caf\xe9.png" in (tmp_path / "again.csv").read_bytes()


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_can_be_a_formula(tmp_path, start):
    name = start + "cmd|' /C calc'!A0"
    path = tmp_path / "p.csv"
    predictions = Predictions(("x",), (name,), ("",), np.array([[1.0]]), np.array([[-0.5]]))
    write_predictions(path, predictions)
    line = path.read_text().splitlines()[1]
    assert line.startswith(("'", "\"'"))
    assert line.endswith("-0.5")
    assert read_predictions(path).case_ids == (name,)


def test_files_are_private(tmp_path):
    write_predictions(tmp_path / "p.csv", SMALL)
    assert (tmp_path / "p.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("case_id,target:x,score:x\na,1,0.5\nb,,\n", id="comma"),
        pytest.param("\ufeffcase_id,target:x,score:x\r\na,1,0.5\r\nb,,\r\n", id="BOM and CRLF"),
        pytest.param("case_id;target:x;score:x\na;1;0,5\nb;;\n", id="semicolon, decimal comma"),
        pytest.param("case_id\ttarget:x\tscore:x\na\t1\t0.5\n\nb\tNA\tnan\n", id="tab, blank line"),
        pytest.param(' case_id , target:x ,"score:x"\n a , 1 , 0.5 \nb,,\n', id="blanks, quotes"),
    ],
)
def test_the_same_table_in_many_hands(read, text):
    predictions = read(text)
    assert predictions.labels == ("x",)
    assert predictions.case_ids == ("a", "b")
    assert predictions.patient_ids == ("", "")
    np.testing.assert_array_equal(predictions.targets, [[1.0], [math.nan]])
    np.testing.assert_array_equal(predictions.scores, [[0.5], [math.nan]])


def test_foreign_columns(read):
    text = "id,truth,p,mrn,site\n7,sick,0.9,A,n\n8,well,0.2,A,s\n9,,0.3,B,s\n"
    predictions = read(text, Columns("truth", "p", "mrn", "sick"))
    assert predictions.labels == ("truth",)
    assert predictions.case_ids == ("7", "8", "9")
    assert predictions.patient_ids == ("A", "A", "B")
    assert predictions.n_patients == 2
    assert predictions.groups == {"site": ("n", "s", "s")}
    np.testing.assert_array_equal(predictions.targets[:, 0], [1.0, 0.0, math.nan])


def test_without_an_id_the_row_is_the_name(read):
    assert read("y,p\n0,1\n1,2\n", Columns("y", "p")).case_ids == ("1", "2")


def test_scores_without_targets_are_unlabelled(read):
    assert np.isnan(read("case_id,score:x\na,0.5\n").targets).all()


def refused(read, text, columns=None):
    with pytest.raises(InputError) as caught:
        read(text, columns)
    return caught.value


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("", "is empty", "", id="no bytes"),
        pytest.param("case_id,score:x\n", "no case", "", id="header only"),
        pytest.param("case_id,prob\na,1\n", "it has case_id, prob", "--target", id="foreign"),
        pytest.param("case_id,a,a\n1,2,3\n", "several columns called 'a'", "", id="twice"),
        pytest.param("case_id,score:x\na,0.5,9\n", "line 2 has 3 cells", "quote", id="ragged"),
        pytest.param(
            'case_id,site,score:x\na,n,0.5\n\nb,"n,0.5\nc,n,0.5\n', "lines 3 to 5 are a row of 2",
            "not closed", id="open quote",
        ),
        pytest.param(
            'case_id,score:x\na,0.5\nb,"0.5\n' + "c,0.5\n" * 30_000, "from line 3 on",
            "not closed", id="open quote in a large file",
        ),
        pytest.param(
            "case_id,target:x,score:x\na,1,0.5\nb,0,high\n", "line 3, column 'score:x'", "blank",
            id="word as score",
        ),
        pytest.param(
            "case_id,target:x,score:x\na,yes,0.5\n", "line 2, column 'target:x'", "--positive",
            id="word as target",
        ),
        pytest.param("case_id,score:x\na,inf\n", "line 2, column 'score:x'", "", id="infinite"),
        pytest.param(
            'case_id,score:x\n"a\nb",1\nc,\nc,2\n', "line 4 and", "one row per case", id="duplicate"
        ),
        pytest.param(
            "case_id,target:Edema,score:Oedema\na,1,1\n", "no column 'score:Edema'",
            "did you mean score:Oedema", id="label without score",
        ),
    ],
)  # fmt: skip
def test_bad_files_are_named_by_line(read, text, message, hint):
    error = refused(read, text)
    assert message in str(error)
    assert hint in error.hint


def test_messages_hold_no_value_of_the_file(read):
    error = refused(read, "case_id,target:x,score:x\nJOHN DOE,1,0.5\nJOHN DOE,1,0.6\n")
    assert "JOHN" not in str(error) + error.hint
    error = refused(read, "case_id,target:x,score:x\na,1,JOHN\n")
    assert "JOHN" not in str(error) + error.hint


def test_a_wrong_column_gets_a_suggestion(read):
    error = refused(read, "id,truth,prob\n1,0,1\n", Columns("truth", "porb"))
    assert "no column 'porb'; it has id, truth, prob" in str(error)
    assert error.hint == "did you mean prob?"


def test_a_positive_value_that_never_occurs(read):
    error = refused(read, "y,p\nno,1\n", Columns("y", "p", positive="yes"))
    assert "no row" in str(error)


def test_target_and_score_go_together(read):
    with pytest.raises(UsageError, match="together"):
        read("y,p\n0,1\n", Columns(target="y"))


@pytest.mark.parametrize("name", ["absent.csv", "absent.parquet"])
def test_no_such_file(tmp_path, name):
    with pytest.raises(InputError, match="there is no file"):
        read_predictions(tmp_path / name)


def test_damaged_parquet(tmp_path):
    (tmp_path / "p.parquet").write_bytes(b"PAR1 but no more")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_predictions(tmp_path / "p.parquet")


def test_a_binary_file_is_no_table(tmp_path):
    (tmp_path / "p.csv").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(InputError):
        read_predictions(tmp_path / "p.csv")


def test_reading_csv_needs_no_pyarrow(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert read("case_id,score:x\na,0.5\n").case_ids == ("a",)


def test_truth_values_are_targets(read):
    got = read("y,p\nTrue,0.5\nfalse,0.5\n,0.5\n", Columns("y", "p"))
    np.testing.assert_array_equal(got.targets[:, 0], [1, 0, np.nan])
    refused(read, "y,p\n1,true\n", Columns("y", "p"))


def test_a_name_that_is_not_utf_8_is_kept_in_csv_and_refused_for_parquet(tmp_path):
    odd = replace(SMALL, case_ids=("a", "\udcff.dcm"))
    write_predictions(tmp_path / "p.csv", odd)
    assert same(read_predictions(tmp_path / "p.csv"), odd)
    with pytest.raises(InputError, match="not UTF-8"):
        write_predictions(tmp_path / "p.parquet", odd)
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]

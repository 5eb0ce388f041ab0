import numpy as np
import pytest

from radzoo.core.errors import InputError
from radzoo.core.predictions import Columns
from radzoo.core.predictions_file import read_predictions, write_predictions

HEAD = "case_id,patient_id,time,event,score:risk,surv@1,surv@2.5,site\n"


def write(tmp_path, text, name="times.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_own_columns_are_read_and_written_back(tmp_path):
    rows = "a,p1,3.5,1,0.7,0.9,0.4,x\nb,p1,0,0,-2,,,y\nc,p2,,,0.1,0.5,0.5,x\n"
    found = read_predictions(write(tmp_path, HEAD + rows))
    assert (found.form, found.labels) == ("times", ("risk",))
    np.testing.assert_equal(found.targets[:, 0], [3.5, 0, np.nan])
    np.testing.assert_equal(found.events, [1, 0, np.nan])
    np.testing.assert_equal(found.survival, {1.0: [0.9, np.nan, 0.5], 2.5: [0.4, np.nan, 0.5]})
    assert list(found.groups) == ["site"]
    write_predictions(tmp_path / "again.csv", found)
    again = read_predictions(tmp_path / "again.csv")
    np.testing.assert_equal(again.survival, found.survival)
    np.testing.assert_equal(again.events, found.events)
    assert again.case_ids == found.case_ids


def test_columns_of_another_program(tmp_path):
    path = write(tmp_path, "id;months;died;cox\n1;12,5;yes;3\n2;7;no;1\n")
    columns = Columns(score="cox", time="months", event="died", positive="yes")
    found = read_predictions(path, columns)
    assert (found.form, found.labels) == ("times", ("cox",))
    assert found.targets[:, 0].tolist() == [12.5, 7]
    assert found.events.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("row", "line", "column", "kind"),
    [
        pytest.param("b,p,-1,1,0.5,0.9,0.8,x", 3, "time", "negative-time", id="negative time"),
        pytest.param("b,p,1,2,0.5,0.9,0.8,x", 3, "event", "bad-event", id="event 2"),
        pytest.param("b,p,1,1,0.5,1.1,0.8,x", 3, "surv@1", "not-a-probability", id="above 1"),
        pytest.param("b,p,1,1,0.5,0.9,-0.1,x", 3, "surv@2.5", "not-a-probability", id="below 0"),
        pytest.param("b,p,1,1,0.5,0.6,0.7,x", 3, "surv@2.5", "rising-survival", id="rises"),
        pytest.param("b,p,1,1,high,0.9,0.8,x", 3, "score:risk", "bad-value", id="a word"),
    ],
)
def test_what_cannot_be_is_named_by_line_and_column(tmp_path, row, line, column, kind):
    path = write(tmp_path, HEAD + "a,p,1,1,0.5,0.9,0.9,x\n" + row + "\n")
    with pytest.raises(InputError) as caught:
        read_predictions(path)
    assert caught.value.id == kind
    assert f"line {line}, column '{column}'" in str(caught.value)


@pytest.mark.parametrize(
    ("head", "columns", "kind"),
    [
        ("time,event,surv@1", Columns(), "missing-column"),
        ("time,event,score:a,score:b", Columns(), "missing-column"),
        ("time,event,score:a,surv@soon", Columns(), "bad-horizon"),
        ("time,event,score:a,surv@1,surv@1.0", Columns(), "bad-horizon"),
        ("time,score:a", Columns(task="survival"), "missing-column"),
    ],
)
def test_columns_that_do_not_fit(tmp_path, head, columns, kind):
    path = write(tmp_path, head + "\n" + ",".join("1" for _ in head.split(",")) + "\n")
    with pytest.raises(InputError) as caught:
        read_predictions(path, columns)
    assert caught.value.id == kind

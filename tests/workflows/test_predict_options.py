"""Which columns of other data are taken, when the user names none."""

from dataclasses import dataclass

import pytest
from PIL import Image as Pillow

from radzoo.core.errors import InputError
from radzoo.data.options import DataOptions
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.workflows.predict_options import read_as_learnt

OPEN = DataOptions(needs_targets=False)


@dataclass
class Model:
    task: Task
    labels: tuple[str, ...]
    learnt: DataOptions | None


@pytest.fixture
def ask(tmp_path):
    """Give the options that a table is read with, and what was said of it."""

    def asked(table, task, labels=("x",), options=OPEN, **learnt):
        path = tmp_path / "new.csv"
        path.write_text(table, "utf-8")
        said: list[str] = []
        model = Model(TASKS.find(task), labels, DataOptions(**learnt))
        return read_as_learnt(path, options, model, said.append), said

    return asked


@pytest.mark.parametrize(
    ("table", "task", "learnt", "taken", "told"),
    [
        pytest.param(
            "path,dx\na.png,cancer\n", "binary", {"target": "dx", "positive": "cancer"},
            {"target": "dx", "positive": "cancer"}, "'dx', where 'cancer' is positive", id="a word",
        ),
        pytest.param(
            "path,target:dx\na.png,1\n", "binary", {"target": "dx"}, {"target": "dx"},
            "'target:dx'", id="the same under its full name",
        ),
        pytest.param(
            "path,dx\na.png,none\n", "binary", {"target": "dx", "positive": "cancer"}, {},
            "never says 'cancer'", id="the positive word is missing",
        ),
        pytest.param(
            "path,x\na.png,1\n", "multilabel", {}, {"target": "x"}, "'x'", id="called as the label",
        ),
        pytest.param("path,target:x\na.png,1\n", "binary", {}, {}, "", id="found anyhow"),
        pytest.param("path\na.png\n", "regression", {}, {}, "targets stay blank", id="nothing"),
        pytest.param(
            "path,days,died\na.png,5,yes\n", "survival",
            {"time": "days", "event": "died", "positive": "yes"},
            {"time": "days", "event": "died", "positive": "yes"}, "'days' and 'died'", id="times",
        ),
        pytest.param(
            "path,days\na.png,5\n", "survival", {"time": "days", "event": "died"}, {},
            "times stay blank", id="a time without an event",
        ),
        pytest.param(
            "path,time,event\na.png,5,1\n", "survival", {"time": "days", "event": "died"}, {}, "",
            id="times by their usual names",
        ),
        pytest.param(
            "path,who,target:x\na.png,P1,1\n", "binary", {"patient": "who"}, {"patient": "who"},
            "patients", id="patients",
        ),
    ],
)  # fmt: skip
def test_what_a_run_learnt_from_is_taken_where_it_is(ask, table, task, learnt, taken, told):
    options, said = ask(table, task, **learnt)
    assert {name: getattr(options, name) for name in taken} == taken
    given = ("target", "positive", "time", "event", "patient")
    assert not any(getattr(options, name) for name in given if name not in taken)
    assert (told in said[0]) if told else said == []


def test_what_the_user_names_stays(ask):
    table = "path,dx,mine,died,end\na.png,cancer,1,1,2\n"
    own = DataOptions(needs_targets=False, target="mine")
    assert ask(table, "binary", options=own, target="dx", positive="cancer") == (own, [])
    own = DataOptions(needs_targets=False, time="end", event="died")
    assert ask(table, "survival", options=own, time="dx", event="died") == (own, [])


def test_a_judgement_of_times_needs_times(ask):
    with pytest.raises(InputError, match="no columns 'days' and 'event'") as caught:
        ask("path,x\na.png,1\n", "survival", options=DataOptions(), time="days")
    assert caught.value.id == "missing-column"


def test_the_class_folder_that_was_positive_stays_positive(tmp_path):
    for name in ("test/cat", "test/dog"):
        (tmp_path / name).mkdir(parents=True)
        Pillow.new("L", (8, 8)).save(tmp_path / name / "a.png")
    model, said = Model(TASKS.find("binary"), ("CAT",), DataOptions()), []
    assert read_as_learnt(tmp_path, OPEN, model, said.append).positive == "CAT"
    assert "'CAT'" in said[0]
    model = Model(TASKS.find("binary"), ("cow",), DataOptions())
    assert read_as_learnt(tmp_path, OPEN, model, said.append) == OPEN


def test_a_model_of_the_zoo_changes_nothing(tmp_path):
    model = Model(TASKS.find("binary"), ("x",), None)
    assert read_as_learnt(tmp_path, OPEN, model, pytest.fail) is OPEN

"""Times to an event: what is asked of cases, and from outputs to risks and probabilities."""

from pathlib import Path

import numpy as np
import pytest

from radzoo.core.case import Case
from radzoo.core.errors import InputError, UsageError
from radzoo.core.reading import Reading
from radzoo.tasks import TASKS
from radzoo.tasks.survival import TASK, check, choose_horizons
from radzoo.tasks.survival_hazards import baseline
from radzoo.workflows.planning.recipe import decide

RECIPE = decide({}, n_train=10, gpu=False, threads=1)


def cases(*pairs):
    return [
        Case(str(n), Path("x"), {}, time=time, event=event) for n, (time, event) in enumerate(pairs)
    ]


def targets(*pairs):
    return TASK.targets(cases(*pairs), [])


def test_it_is_registered_with_one_output():
    assert TASKS["survival"] is TASK
    assert TASK.outputs([], Reading()) == 1
    assert TASK.outputs([], Reading(cuts=[1.0, 2, 3])) == 3


def test_a_split_needs_times_and_an_event():
    check(cases((3.0, 1.0), (None, None)), [], "train")
    with pytest.raises(InputError, match="val split has no case with a time") as caught:
        check(cases((None, 1.0), (2.0, None)), [], "val")
    assert caught.value.id == "no-times"
    with pytest.raises(InputError, match=r"no case of the test split has the event \(2 were"):
        check(cases((3.0, 0.0), (4.0, 0.0)), [], "test")


def test_what_is_unknown_is_unknown_as_a_whole():
    assert np.isnan(targets((2.0, None))).all()
    assert targets((2.0, 1.0)).tolist() == [[2, 1]]


def test_breslow_by_hand():
    """Equal risks: 4 are watched at the event at 1, 2 at the event at 3."""
    known = targets((1.0, 1.0), (2.0, 0.0), (3.0, 1.0), (4.0, 0.0))
    found = baseline(known, np.zeros(4), [2.0])
    assert found == [(1.0, pytest.approx(1 / 4)), (3.0, pytest.approx(1 / 4 + 1 / 2))]
    doubled = baseline(known, np.log([2.0, 1, 1, 1]), [2.0])
    assert doubled[0] == (1.0, pytest.approx(1 / 5))


def test_probabilities_of_a_settled_reading_by_hand():
    known = targets((1.0, 1.0), (2.0, 0.0), (3.0, 1.0), (4.0, 0.0))
    reading = TASK.read(known, [], [], RECIPE.model_copy(update={"horizons": "2,3.5"}))
    settled = TASK.settle(reading, known, np.zeros((4, 1), np.float32))
    said = TASK.survival(np.float32([[0.0], [np.log(2)]]), settled)
    assert list(said) == [2.0, 3.5]
    assert said[2.0] == pytest.approx([np.exp(-1 / 4), np.exp(-1 / 2)])
    assert said[3.5] == pytest.approx([np.exp(-3 / 4), np.exp(-3 / 2)])
    assert TASK.scores(np.float32([[0.5], [2]]), settled)[:, 0].tolist() == [0.5, 2]


def test_discrete_time_by_hand():
    """Hazards of one half in every interval leave a half of what was left."""
    reading = Reading(cuts=[1.0, 2, 4], horizons=[1.0, 2, 4])
    said = TASK.survival(np.zeros((1, 3), np.float32), reading)
    assert [float(said[one][0]) for one in (1.0, 2.0, 4.0)] == pytest.approx([1 / 2, 1 / 4, 1 / 8])
    early, late = np.float32([[3, 0, 0]]), np.float32([[-3, 0, 0]])
    assert TASK.scores(early, reading)[0, 0] > TASK.scores(late, reading)[0, 0]


@pytest.mark.parametrize("cuts", [[], [1.5, 2, 4]], ids=["cox", "discrete-time"])
def test_probabilities_never_rise_with_time_nor_with_risk(cuts):
    chance = np.random.default_rng(3)
    known = np.stack([chance.uniform(0.1, 5, 40), chance.integers(0, 2, 40)], axis=1)
    reading = Reading(cuts=cuts, horizons=[0.01, 1, 1.5, 1.7, 2, 3.9, 4, 9])
    outputs = chance.normal(size=(40, max(len(cuts), 1)), scale=3).astype(np.float32)
    settled = TASK.settle(reading, known, outputs)
    said = np.stack(list(TASK.survival(outputs, settled).values()))
    assert ((said >= 0) & (said <= 1)).all()
    assert (np.diff(said, axis=0) <= 0).all()
    higher = np.stack(list(TASK.survival(outputs + 1, settled).values()))
    assert (higher <= said).all()
    assert (TASK.scores(outputs + 1, settled) > TASK.scores(outputs, settled)).all()


def test_nothing_is_said_before_the_baseline_is_known():
    assert TASK.survival(np.zeros((2, 1), np.float32), Reading(horizons=[1.0])) == {}


def test_horizons_are_quartiles_of_events_or_what_is_asked():
    known = targets((1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (9.0, 0.0))
    assert choose_horizons(known, None) == [1, 2, 3]  # times that were seen
    assert choose_horizons(known, "2,1") == [1, 2]
    with pytest.raises(InputError):
        choose_horizons(known, "10")
    with pytest.raises(UsageError):
        choose_horizons(known, "soon")


def test_settings_of_classes_are_refused():
    with pytest.raises(UsageError, match="mixup was asked for"):
        TASK.read(targets((1.0, 1.0)), [], [], RECIPE.model_copy(update={"mixup": 0.4}))

import pytest

from radzoo.core.errors import EnvironmentFailure, ExitCode, UsageError
from radzoo.tracking import TRACKERS, tracker
from radzoo.tracking.tracker import Tracker, find_trackers, plain, tracking


class Told:
    """A record that remembers, and fails when it is told to."""

    def __init__(self, folder, run, settings, *, fails_at=None):
        self.begun = (folder.name, list(folder.iterdir()), run, settings)
        self.lines, self.closed, self.fails_at = [], False, fails_at

    def log(self, step, numbers):
        if step == self.fails_at:
            raise OSError("disk full of patient names")
        self.lines.append((step, numbers))

    def close(self):
        self.closed = True


@pytest.fixture
def kept():
    return {}


def fake(kept, name, **behaviour):
    def start(folder, run, settings):
        kept[name] = Told(folder, run, settings, **behaviour)
        return kept[name]

    return Tracker(name, "sys", start)


def test_all_are_told_the_same(tmp_path, kept):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "old").touch()
    both = [fake(kept, "one"), fake(kept, "two")]
    with tracking(both, tmp_path, "run", {"lr": 0.1}, warn=pytest.fail) as tracks:
        tracks.log({"epoch": 1, "val_auroc": 0.5, "dead[layer1]": 0.25})
    for name in ("one", "two"):
        assert kept[name].begun == (name, [], "run", {"lr": 0.1})
        assert kept[name].lines == [(1, {"val_auroc": 0.5, "dead/layer1": 0.25})]
        assert kept[name].closed


def test_one_that_fails_ends_neither_the_training_nor_the_others(tmp_path, kept):
    warnings = []
    both = [fake(kept, "one", fails_at=2), fake(kept, "two")]
    with tracking(both, tmp_path, "run", {}, warn=warnings.append) as tracks:
        for epoch in (1, 2, 3):
            tracks.log({"epoch": epoch, "loss": 0.5})
    assert [len(kept[name].lines) for name in ("one", "two")] == [1, 3]
    assert warnings == ["one failed and is told no more; history.csv has all of it"]


def test_one_that_cannot_begin_is_left_out(tmp_path):
    def start(folder, run, settings):
        raise RuntimeError("no")

    warnings = []
    with tracking([Tracker("one", "sys", start)], tmp_path, "run", {}, warn=warnings.append) as to:
        to.log({"epoch": 1})
    assert len(warnings) == 1


def test_records_end_although_the_training_fails(tmp_path, kept):
    with (
        pytest.raises(ZeroDivisionError),
        tracking([fake(kept, "one")], tmp_path, "run", {}, warn=pytest.fail),
    ):
        raise ZeroDivisionError
    assert kept["one"].closed


def test_each_is_found_once(monkeypatch):
    monkeypatch.setattr(tracker, "find_spec", lambda package: package)  # as if it were installed
    assert [one.name for one in find_trackers(["tensorboard", "tensorboard"])] == ["tensorboard"]


def test_a_missing_package_is_said_with_its_extra(monkeypatch):
    monkeypatch.setattr(tracker, "find_spec", lambda package: None)
    with pytest.raises(EnvironmentFailure) as caught:
        find_trackers(["wandb"])
    assert caught.value.exit_code == ExitCode.ENVIRONMENT
    assert caught.value.hint == "pip install 'radzoo[wandb]'"


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(UsageError) as caught:
        find_trackers(["tensorbord"])
    assert caught.value.hint == "did you mean tensorboard?"


def test_names_that_every_tracker_takes():
    assert plain("dead[stages.0]") == "dead/stages.0"


@pytest.mark.parametrize("name", TRACKERS)
def test_the_name_is_that_of_the_extra(name):
    import tomllib
    from pathlib import Path

    text = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert TRACKERS[name].name == name
    assert name in tomllib.loads(text)["project"]["optional-dependencies"]

"""A run that was interrupted goes on, and ends with the same bytes as one that was not."""

import csv
import errno
import json
import os
import shutil
import signal
from functools import partial

import pytest

from radzoo.core.errors import (
    EnvironmentFailure,
    ExitCode,
    InputError,
    IntegrityError,
    Paused,
    UsageError,
)
from radzoo.core.predictions import Columns
from radzoo.workflows.evaluation.evaluate import EvaluateOptions
from radzoo.workflows.evaluation.source import load_source
from radzoo.workflows.finetune import FinetuneConfig, Watcher, finetune
from radzoo.workflows.predict import open_run
from radzoo.workflows.run.folder import RunFolder, read_report

SAME = ("weights.safetensors", "predictions-val.csv", "predictions-test.csv", "thresholds.json",
        "config.json")  # fmt: skip
TIMES = ("images_per_s", "seconds")


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Intervals of twenty draws: they take as long as all the training."""
    monkeypatch.setattr(
        "radzoo.workflows.run.outcome.EvaluateOptions", partial(EvaluateOptions, n_boot=20)
    )


@pytest.fixture
def configure(entry, tmp_path, write_npz):
    def make(**changes):
        wishes = {
            "epochs": 2, "batch_size": 8, "from_scratch": True, "dropout": 0.1,
            "augmentation": "radiograph",
        }  # fmt: skip
        wishes |= changes.pop("wishes", {})
        values = {
            "entry": entry, "out": tmp_path / "run", "cache": tmp_path / "cache", "device": "cpu",
            "image_size": 32,
            "data": changes.pop("data", None) or write_npz(),
        }  # fmt: skip
        return FinetuneConfig(**(values | changes), wishes=wishes)

    return make


def result_of(folder):
    """Everything of a run that may not depend on how often it was interrupted."""
    run = RunFolder(folder)
    with run.history.open() as file:
        history = [{k: v for k, v in row.items() if k not in TIMES} for row in csv.DictReader(file)]
    metrics = [metric.model_dump() for metric in read_report(run).metrics]
    return {name: (folder / name).read_bytes() for name in SAME}, history, metrics


def signal_at(number, epoch, step):
    """Return a watcher that sends this process a signal after a step."""

    def on_step(*where):
        if where[:2] == (epoch, step):
            os.kill(os.getpid(), number)

    return Watcher(on_step=on_step)


def test_what_a_killed_process_leaves_is_gone_on_with(configure, tmp_path):
    """Copies made while it runs are what `kill -9` would leave: the lock is not copied."""

    def on_step(epoch, done, total):
        shutil.copytree(tmp_path / "run", tmp_path / f"killed-{epoch}-{done}")

    finetune(configure(checkpoint_minutes=0.0), Watcher(on_step=on_step))
    whole = result_of(tmp_path / "run")
    for place, workers in (("1-1", 1), ("2-2", 2)):
        out = tmp_path / f"killed-{place}"
        with pytest.raises(InputError) as caught:
            open_run(out)
        assert f"--resume --out {out}" in caught.value.hint
        finetune(configure(out=out, resume=True, workers=workers))
        assert result_of(out) == whole
        assert sorted(path.name for path in (out / "checkpoints").iterdir()) == ["best.safetensors"]


@pytest.mark.parametrize(
    "name",
    ["SIGTERM", *(pytest.param(name, marks=pytest.mark.slow) for name in ("SIGUSR1", "SIGHUP"))],
)
def test_a_signal_keeps_everything_and_says_how_to_go_on(configure, tmp_path, name):
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    with pytest.raises(Paused, match=f"by {name} in epoch 1 after step 2") as caught:
        finetune(configure(), signal_at(getattr(signal, name), 1, 2))
    assert caught.value.exit_code == ExitCode.RESUMABLE
    assert f"--resume --out {tmp_path / 'run'}" in caught.value.hint
    assert handlers == [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    said, steps = [], []
    watcher = Watcher(log=said.append, on_step=lambda *step: steps.append(step))
    finetune(configure(resume=True), watcher)
    assert "going on in epoch 1 after step 2" in said
    assert steps == [(1, 3, 3), (2, 1, 3), (2, 2, 3), (2, 3, 3)]
    finetune(configure(out=tmp_path / "whole"))
    assert result_of(tmp_path / "run") == result_of(tmp_path / "whole")


def test_ctrl_c_keeps_it_too(configure, tmp_path):
    said = []
    watcher = Watcher(log=said.append, on_step=signal_at(signal.SIGINT, 1, 1).on_step)
    with pytest.raises(KeyboardInterrupt):
        finetune(configure(), watcher)
    assert any("--resume" in line for line in said)
    assert RunFolder(tmp_path / "run").checkpoints.is_dir()


def test_a_signal_ends_validation_at_once(configure, tmp_path, monkeypatch):
    from radzoo.models.training import course

    examine = course.examine

    def interrupted(*arguments):
        os.kill(os.getpid(), signal.SIGTERM)
        return examine(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(course, "examine", interrupted)
        with pytest.raises(Paused, match="in epoch 1 after step 3"):
            finetune(configure())
    steps = []
    finetune(configure(resume=True), Watcher(on_step=lambda *step: steps.append(step)))
    assert [step[0] for step in steps] == [2, 2, 2]


def test_a_signal_while_images_are_decoded_leaves_nothing(configure, tmp_path):
    def track(cases):
        os.kill(os.getpid(), signal.SIGTERM)
        return cases

    with pytest.raises(Paused, match="before the first checkpoint"):
        finetune(configure(), Watcher(track=track))
    assert not (tmp_path / "run").exists()


def change_pixel(parts):
    parts["train_images"][3, 5, 5] ^= 1


def change_label(parts):
    parts["train_labels"][3] ^= 1


@pytest.fixture
def paused(configure):
    with pytest.raises(Paused):
        finetune(configure(), signal_at(signal.SIGTERM, 1, 2))


@pytest.mark.usefixtures("paused")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wishes": {"seed": 1}}, "seed (was 0, is 1)"),
        ({"wishes": {"lr": 0.01}}, "lr (was 0.001, is 0.01)"),
        ({"wishes": {"threads": 7}}, "threads (was 1, is 7)"),
        ({"image_size": 48}, "image_size (was 32, is 48)"),
        ({"spoil": change_pixel}, "the images"),
        ({"spoil": change_label}, "the cases"),
    ],
)
def test_nothing_else_is_gone_on_with(configure, write_npz, tmp_path, changes, said):
    changes = dict(changes)
    if "spoil" in changes:
        changes["data"] = write_npz("other.npz", spoil=changes.pop("spoil"))
    before = sorted((tmp_path / "run" / "checkpoints").iterdir())
    begun_with = (tmp_path / "run" / "config.json").read_bytes()
    with pytest.raises(IntegrityError) as caught:
        finetune(configure(resume=True, **changes))
    assert caught.value.id == "run-changed"
    assert said in str(caught.value)
    assert sorted((tmp_path / "run" / "checkpoints").iterdir()) == before
    assert (tmp_path / "run" / "config.json").read_bytes() == begun_with


@pytest.mark.usefixtures("paused")
def test_another_torch_is_refused_unless_it_is_allowed(configure, tmp_path, monkeypatch):
    monkeypatch.setattr("radzoo.workflows.run.origin.version", lambda package: "1.2.3")
    with pytest.raises(IntegrityError, match=r"torch \(was .*, is 1.2\)"):
        finetune(configure(resume=True))
    finetune(configure(resume=True, allow_changed=True))
    warnings = json.loads((tmp_path / "run" / "manifest.json").read_text())["warnings"]
    assert any("torch (was" in warning for warning in warnings)


@pytest.mark.usefixtures("paused")
def test_more_epochs_are_another_run(configure):
    with pytest.raises(IntegrityError) as caught:
        finetune(configure(resume=True, wishes={"epochs": 3}))
    assert "follow from the number of epochs" in caught.value.hint


@pytest.mark.usefixtures("paused")
def test_data_may_have_moved(configure, write_npz, tmp_path):
    moved = write_npz("moved.npz")
    finetune(configure(resume=True, data=moved))
    assert json.loads((tmp_path / "run" / "config.json").read_text())["data"] == str(moved)


def test_a_finished_run_is_shown(configure, write_npz, tmp_path):
    report = finetune(configure())
    steps, said = [], []
    watcher = Watcher(log=said.append, on_step=lambda *step: steps.append(step))
    again = finetune(configure(resume=True), watcher)
    assert [m.model_dump() for m in again.metrics] == [m.model_dump() for m in report.metrics]
    assert (again.run, again.best_epoch) == (report.run, report.best_epoch)
    assert (steps, len(said)) == ([], 1)
    with pytest.raises(IntegrityError, match=r"is finished, .*epochs \(was 2, is 4\)"):
        finetune(configure(resume=True, wishes={"epochs": 4}))
    with pytest.raises(IntegrityError, match="the cases"):
        finetune(configure(resume=True, data=write_npz(spoil=change_label)))
    finetune(configure(resume=True, data=write_npz("moved.npz")))
    with pytest.raises(IntegrityError, match="the cases"):
        finetune(configure(resume=True, data=write_npz("other.npz", spoil=change_pixel)))


def test_where_there_is_nothing_it_begins(configure, tmp_path):
    finetune(configure(resume=True))
    assert (tmp_path / "run" / "manifest.json").is_file()


def test_to_go_on_and_to_replace_contradict_each_other(configure):
    with pytest.raises(UsageError):
        finetune(configure(resume=True, overwrite=True))


@pytest.mark.usefixtures("paused")
def test_an_unfinished_run_is_not_judged(tmp_path):
    with pytest.raises(InputError, match="not finished") as caught:
        load_source(str(tmp_path / "run"), columns=Columns())
    assert "--resume" in caught.value.hint


def test_a_damaged_checkpoint_is_said(configure, tmp_path):
    with pytest.raises(Paused):
        finetune(configure(checkpoint_minutes=0.0), signal_at(signal.SIGTERM, 2, 1))
    newest = max((tmp_path / "run" / "checkpoints").glob("*.safetensors"))
    newest.write_bytes(newest.read_bytes()[:-1])
    warnings = []
    finetune(configure(resume=True), Watcher(warn=warnings.append))
    assert warnings[-1] == f"the checkpoint {newest.stem}.json is damaged"
    finetune(configure(out=tmp_path / "whole"))
    assert result_of(tmp_path / "run") == result_of(tmp_path / "whole")


def test_a_full_disk_stops_the_run_and_says_so(configure, tmp_path, monkeypatch):
    fsync, steps = os.fsync, []

    def full(descriptor):
        if len(steps) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(EnvironmentFailure) as caught:
            finetune(
                configure(checkpoint_minutes=0.0),
                Watcher(on_step=lambda *step: steps.append(step)),
            )
    assert "no space left on device; the run stopped, and its last checkpoint" in str(caught.value)
    assert "--resume" in caught.value.hint
    finetune(configure(resume=True))
    finetune(configure(out=tmp_path / "whole"))
    assert result_of(tmp_path / "run") == result_of(tmp_path / "whole")


def test_a_folder_that_was_removed_is_not_made_again(configure, tmp_path):
    watcher = Watcher(on_step=lambda *step: shutil.rmtree(tmp_path / "run", ignore_errors=True))
    with pytest.raises(EnvironmentFailure, match="moved or removed"):
        finetune(configure(), watcher)
    assert not (tmp_path / "run").exists()

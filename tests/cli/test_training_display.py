import io

import pytest
from rich.console import Console

from radzoo.cli import training_display
from radzoo.cli.training_display import LiveDisplay, make_bars, watching
from radzoo.models.training.progress import Epoch
from radzoo.workflows.recipe import decide

EPOCH = Epoch(
    epoch=1,
    train_loss=0.5,
    val_loss=0.4,
    score=0.8125,
    lr=1e-3,
    lr_encoder=1e-4,
    images_per_s=120.4,
    seconds=2.0,
)
RECIPE = decide({"epochs": 3}, n_train=100, gpu=False, threads=1)


def play(watcher):
    """Tell a watcher of a run of one epoch."""
    watcher.log("12 of 12 files matched")
    watcher.warn("a [red]name[/red]")
    assert list(watcher.track(range(3))) == [0, 1, 2]
    watcher.on_bytes(5, 10)
    watcher.on_recipe(RECIPE, 100)
    watcher.on_step(1, 1, 7)
    watcher.on_epoch(EPOCH, True)


def test_plain_lines(capsys):
    with watching(quiet=False) as watcher:
        play(watcher)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "12 of 12 files matched",
        "warning: a [red]name[/red]",
        "teaching all layers from published weights: 100 training cases, up to 3 epochs, "
        "batches of 16, seed 0",
        "epoch 1/3  loss 0.5000  val loss 0.4000  AUROC 0.8125 *  120 images/s  2.0 s",
    ]


def test_quiet_keeps_warnings(capsys):
    with watching(quiet=True) as watcher:
        play(watcher)
    assert capsys.readouterr().err == "warning: a [red]name[/red]\n"


@pytest.fixture
def terminal(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(training_display, "drawable", lambda stream: True)
    monkeypatch.setattr(
        training_display,
        "stderr",
        lambda: Console(file=screen, force_terminal=True, width=120, highlight=False),
    )
    return screen


def test_a_live_display(terminal):
    with watching(quiet=False) as watcher:
        play(watcher)
    shown = terminal.getvalue()
    assert "epoch 1/3  loss 0.5000" in shown
    assert "best AUROC 0.8125" in shown
    assert "warning: a [red]name[/red]" in shown


def test_time_left_counts_all_epochs(terminal):
    display = LiveDisplay(make_bars())
    display.on_recipe(RECIPE, 100)
    display.on_step(2, 3, 7)
    (task,) = display.bars.tasks
    assert (task.completed, task.total, task.description) == (10, 21, "epoch 2/3")

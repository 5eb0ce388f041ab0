import io
from dataclasses import replace

import pytest
from rich.console import Console

from radzoo.cli import training_display, training_live
from radzoo.cli.training_display import watching
from radzoo.cli.training_live import LiveDisplay
from radzoo.core.plan import DataFacts, Plan, Proposal
from radzoo.models.training.progress import Epoch
from radzoo.workflows.planning.recipe import decide

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
VALUES = {"image_size": 64, "lr": 1e-3, "lr_encoder": 1e-3 / 3, "augmentation": "ct"}
PLAN = Plan(
    model="small",
    task="binary",
    facts=DataFacts(splits={}, labels={}),
    proposals=[
        Proposal(setting=name, value=value, by="radzoo", reason="so")
        for name, value in VALUES.items()
    ],
    advice=["try --strategy LP"],
    warnings=[],
)  # fmt: skip


def play(watcher):
    """Tell a watcher of a run of one epoch."""
    watcher.log("12 of 12 files matched")
    watcher.warn("a [red]name[/red]")
    watcher.on_plan(PLAN)
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
        "plan: images 64 x 64, lr 0.001, encoder 0.00033, augmentation ct",
        "advice: try --strategy LP",
        "teaching all layers from published weights: 100 training cases, up to 3 epochs, "
        "batches of 16, seed 0",
        "epoch 1/3  loss 0.5000  val 0.4000  AUROC 0.8125 *  lr 1.0e-03  120 images/s",
    ]


def test_quiet_keeps_warnings(capsys):
    with watching(quiet=True) as watcher:
        play(watcher)
    assert capsys.readouterr().err == "warning: a [red]name[/red]\n"


def screen_of(width=80, encoding="utf-8"):
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(file=file, force_terminal=True, width=width, highlight=False, soft_wrap=True)


def read(console):
    console.file.flush()
    return console.file.buffer.getvalue().decode(console.file.encoding)


@pytest.fixture
def terminal(monkeypatch):
    console = screen_of()
    monkeypatch.setattr(training_display, "drawable", lambda stream: True)
    monkeypatch.setattr(training_display, "stderr", lambda: console)
    return console


def test_a_live_display(terminal):
    with watching(quiet=False) as watcher:
        play(watcher)
    shown = read(terminal)
    assert "epoch 1/3  loss 0.5000" in shown
    assert "AUROC ▁ 0.8125  best 0.8125 (epoch 1)" in shown
    assert "warning: a [red]name[/red]" in shown
    assert "plan: images 64 x 64" in shown


def drawn(display):
    """What moves, as lines of text."""
    with display.console.capture() as captured:
        display.console.print(display.render(), soft_wrap=False)
    return captured.get().splitlines()


@pytest.fixture
def display():
    shown = LiveDisplay(Console(width=80, force_terminal=False))
    shown.on_plan(PLAN)
    shown.on_recipe(RECIPE, 100)
    return shown


def test_what_moves_fits_80_columns(display, monkeypatch):
    monkeypatch.setattr(training_live, "gpu_memory", lambda: "63.2 of 78 GiB")
    for number in range(1, 60):
        display.on_step(1, number, 60)
    for number in range(40):
        display.on_epoch(replace(EPOCH, epoch=number, score=number / 40), improved=True)
    lines = drawn(display)
    assert len(lines) == 3
    assert all(len(line) <= 80 for line in lines)
    assert "63.2 of 78 GiB" in lines[1]
    assert lines[1].endswith("left at most")
    assert lines[2].endswith("0.9750  best 0.9750 (epoch 39)")


def test_the_bar_counts_all_epochs(display):
    display.on_step(2, 3, 7)
    (task,) = display.bars.tasks
    assert task.completed == pytest.approx(10 / 21)
    assert (task.total, task.description) == (1.0, "epoch 2/3")


def test_a_bar_of_bytes_goes_when_the_training_begins():
    display = LiveDisplay(screen_of())
    display.on_bytes(5, 10)
    display.on_recipe(RECIPE, 100)
    assert [task.description for task in display.bars.tasks] == ["epoch 1/3"]


def test_a_terminal_without_unicode_gets_letters():
    display = LiveDisplay(screen_of(encoding="ascii"))
    display.on_recipe(RECIPE, 100)
    for number, score in enumerate((0.1, 0.9), start=1):
        display.on_epoch(replace(EPOCH, epoch=number, score=score), improved=True)
    assert display.course() == "AUROC _# 0.9000  best 0.9000 (epoch 2)"


def test_no_gpu_no_memory():
    assert training_live.gpu_memory() == ""

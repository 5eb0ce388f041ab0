"""Progress of a training on stderr: a live display on a terminal, else one line per epoch."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from radzoo.cli.console import drawable, say, stderr
from radzoo.core.text import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from radzoo.core.case import Case
    from radzoo.core.recipe import Recipe
    from radzoo.models.training.progress import Epoch
    from radzoo.workflows.finetune import Watcher


@contextmanager
def watching(*, quiet: bool) -> "Iterator[Watcher]":
    """Give a watcher that shows how a run goes, warnings only if `quiet`; ends the display."""
    from radzoo.workflows.finetune import Watcher

    def warn(message: str) -> None:
        say(f"warning: {message}")

    if quiet:
        yield Watcher(warn=warn)
    elif not drawable(sys.stderr):
        lines = PlainLines()
        yield Watcher(log=say, warn=warn, on_recipe=lines.on_recipe, on_epoch=lines.on_epoch)
    else:
        display = LiveDisplay(make_bars())
        with display.bars:
            yield Watcher(
                log=display.say,
                warn=lambda message: display.say(f"warning: {message}"),
                track=display.track,
                on_recipe=display.on_recipe,
                on_step=display.on_step,
                on_epoch=display.on_epoch,
                on_bytes=display.on_bytes,
            )


def describe_recipe(recipe: "Recipe", n_train: int) -> str:
    """Say in one line what will be done."""
    start = "from random weights" if recipe.from_scratch else "from published weights"
    what = "the last layer" if recipe.strategy == "LP" else "all layers"
    return (
        f"teaching {what} {start}: {n_train} training cases, up to {recipe.epochs} epochs, "
        f"batches of {recipe.batch_size}, seed {recipe.seed}"
    )


def describe_epoch(epoch: "Epoch", epochs: int, *, improved: bool) -> str:
    """Say in one line how an epoch went."""
    return (
        f"epoch {epoch.epoch}/{epochs}  loss {epoch.train_loss:.4f}  val loss "
        f"{epoch.val_loss:.4f}  AUROC {epoch.score:.4f}{' *' if improved else '  '}  "
        f"{epoch.images_per_s:.0f} images/s  {epoch.seconds:.1f} s"
    )


class PlainLines:
    """One line per epoch, for logs and pipes."""

    def __init__(self) -> None:
        self.epochs = 0

    def on_recipe(self, recipe: "Recipe", n_train: int) -> None:
        """Say what will be done."""
        self.epochs = recipe.epochs
        say(describe_recipe(recipe, n_train))

    def on_epoch(self, epoch: "Epoch", improved: bool) -> None:
        """Say how an epoch went."""
        say(describe_epoch(epoch, self.epochs, improved=improved))


class LiveDisplay:
    """A bar over all steps of the run, with loss and AUROC beside it."""

    def __init__(self, bars: "Progress") -> None:
        self.bars = bars
        self.epochs = 0
        self.best = 0.0
        self.training: TaskID | None = None
        self.download: TaskID | None = None

    def say(self, message: str) -> None:
        """Write a line above the bars, literally."""
        self.bars.console.print(visible(message), markup=False)

    def track(self, cases: "Iterable[Case]") -> "Iterator[Case]":
        """Show how many images have been read."""
        whole = list(cases)
        reading = self.bars.add_task("reading images", total=len(whole), told="")
        for case in whole:
            yield case
            self.bars.advance(reading)
        self.bars.remove_task(reading)

    def on_bytes(self, done: int, total: int | None) -> None:
        """Show how much of the weights is here."""
        if self.download is None:
            self.download = self.bars.add_task("weights", total=total, told="")
        self.bars.update(self.download, completed=done, total=total)

    def on_recipe(self, recipe: "Recipe", n_train: int) -> None:
        """Say what will be done, and begin to count."""
        self.epochs = recipe.epochs
        self.say(describe_recipe(recipe, n_train))
        self.training = self.bars.add_task("epoch 1", total=None, told="")

    def on_step(self, epoch: int, done: int, total: int) -> None:
        """Move the bar: time left counts all epochs."""
        if self.training is not None:
            self.bars.update(
                self.training,
                description=f"epoch {epoch}/{self.epochs}",
                total=total * self.epochs,
                completed=(epoch - 1) * total + done,
            )

    def on_epoch(self, epoch: "Epoch", improved: bool) -> None:
        """Write the line of an epoch above the bar."""
        self.best = epoch.score if improved else self.best
        line = describe_epoch(epoch, self.epochs, improved=improved)
        self.bars.console.print(line, markup=False, style="bold" if improved else None)
        if self.training is not None:
            told = f"loss {epoch.train_loss:.4f}  best AUROC {self.best:.4f}"
            self.bars.update(self.training, told=told)


def make_bars() -> "Progress":
    """Return the display: description, bar, numbers, time left."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[told]}", markup=False),
        TimeRemainingColumn(),
        console=stderr(),
        transient=True,
    )

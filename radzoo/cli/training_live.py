"""A training on a terminal: a line per epoch, and below it what moves."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from radzoo.cli.training_pace import Pace
from radzoo.cli.training_text import (
    AUROC,
    BLOCKS,
    PLAIN_BLOCKS,
    describe_duration,
    describe_epoch,
    describe_recipe,
    headline_of,
    sparkline,
)
from radzoo.core.text import visible

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.progress import Progress, TaskID

    from radzoo.core.case import Case
    from radzoo.core.plan import Plan
    from radzoo.core.recipe import Recipe
    from radzoo.models.training.progress import Epoch

GIB = 2**30


class LiveDisplay:
    """Bars over images, weights and steps; beside them how well the training goes."""

    def __init__(self, console: "Console") -> None:
        self.console = console
        self.bars = make_bars(console)
        self.headline = AUROC
        self.pace: Pace | None = None
        self.history: list[Epoch] = []
        self.best: Epoch | None = None
        self._training: TaskID | None = None
        self._download: TaskID | None = None

    def say(self, message: str) -> None:
        """Write a line above what moves, literally."""
        self.console.print(visible(message), markup=False)

    def track(self, cases: "Iterable[Case]") -> "Iterator[Case]":
        """Show how many images have been read."""
        whole = list(cases)
        reading = self.bars.add_task("reading images", total=len(whole))
        for case in whole:
            yield case
            self.bars.advance(reading)
        self.bars.remove_task(reading)

    def on_bytes(self, done: int, total: int | None) -> None:
        """Show how much of the weights is here."""
        if self._download is None:
            self._download = self.bars.add_task("weights", total=total)
        self.bars.update(self._download, completed=done, total=total)

    def on_plan(self, plan: "Plan") -> None:
        """Say what is proposed."""
        from radzoo.render.plan import summarise_plan

        self.headline = headline_of(plan.task)
        self.say(summarise_plan(plan))
        for advice in plan.advice:
            self.say(f"advice: {advice}")

    def on_recipe(self, recipe: "Recipe", n_train: int) -> None:
        """Say what will be done, and begin to count."""
        self.say(describe_recipe(recipe, n_train))
        if self._download is not None:
            self.bars.remove_task(self._download)
            self._download = None
        self.pace = Pace(recipe.epochs, recipe.batch_size)
        self._training = self.bars.add_task(f"epoch 1/{recipe.epochs}", total=1.0)

    def on_step(self, epoch: int, done: int, total: int) -> None:
        """Move the bar, which counts all epochs."""
        if self.pace is not None and self._training is not None:
            self.pace.step(epoch, done, total)
            name = f"epoch {epoch}/{self.pace.epochs}"
            self.bars.update(self._training, description=name, completed=self.pace.done)

    def on_epoch(self, epoch: "Epoch", improved: bool) -> None:
        """Write the line of an epoch above what moves."""
        epochs = self.pace.epochs if self.pace else epoch.epoch
        self.history.append(epoch)
        self.best = epoch if improved else self.best
        line = describe_epoch(epoch, epochs, improved=improved, headline=self.headline)
        self.console.print(line, markup=False, style="bold" if improved else None)

    def render(self) -> "Group":
        """Return what moves: bars, then at most two lines."""
        from rich.console import Group
        from rich.text import Text

        lines = [line for line in (self.speed(), self.course()) if line]
        style = "cyan"
        return Group(self.bars, *(Text(line, style=style, no_wrap=True) for line in lines))

    def speed(self) -> str:
        """Say how fast it goes, how long it takes, and what memory it needs."""
        if self.pace is None:
            return ""
        left, fast = self.pace.seconds_left, self.pace.images_per_s
        told = [f"loss {self.history[-1].train_loss:.4f}" if self.history else ""]
        told += [f"lr {self.history[-1].lr:.1e}" if self.history else ""]
        told += ["" if fast is None else f"{fast:.0f} images/s", gpu_memory()]
        told += ["" if left is None else f"{describe_duration(left)} left at most"]
        return "  ".join(part for part in told if part)

    def course(self) -> str:
        """Draw the score on validation over the epochs."""
        if self.best is None:
            return ""
        unicode = self.console.encoding.lower().startswith("utf")
        values = [self.headline.of(epoch) for epoch in self.history]
        drawn = sparkline(values, blocks=BLOCKS if unicode else PLAIN_BLOCKS)
        return (
            f"{self.headline.title} {drawn} {values[-1]:.4f}  "
            f"best {self.headline.of(self.best):.4f} (epoch {self.best.epoch})"
        )


def gpu_memory() -> str:
    """Say how much of the GPU's memory this process holds; nothing without one."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return ""
    held, whole = torch.cuda.memory_reserved(), torch.cuda.mem_get_info()[1]
    return f"{held / GIB:.1f} of {whole / GIB:.0f} GiB"


def make_bars(console: "Console") -> "Progress":
    """Return bars of description, bar and percentage."""
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f}%"),
        console=console,
        expand=True,
    )

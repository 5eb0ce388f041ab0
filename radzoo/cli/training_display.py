"""Progress of a training on stderr: a live display on a terminal, else one line per epoch."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from radzoo.cli.console import drawable, say, stderr
from radzoo.cli.training_text import AUROC, describe_epoch, describe_recipe, headline_of

if TYPE_CHECKING:
    from radzoo.core.plan import Plan
    from radzoo.core.recipe import Recipe
    from radzoo.models.training.progress import Epoch
    from radzoo.workflows.finetune_config import Watcher


@contextmanager
def watching(*, quiet: bool) -> "Iterator[Watcher]":
    """Give a watcher that shows how a run goes, warnings only if `quiet`; ends the display."""
    from radzoo.workflows.finetune_config import Watcher

    def warn(message: str) -> None:
        say(f"warning: {message}")

    if quiet:
        yield Watcher(warn=warn)
    elif not drawable(sys.stderr):
        lines = PlainLines()
        yield Watcher(
            log=say,
            warn=warn,
            on_plan=lines.on_plan,
            on_recipe=lines.on_recipe,
            on_epoch=lines.on_epoch,
        )
    else:
        with live() as watcher:
            yield watcher


@contextmanager
def live() -> "Iterator[Watcher]":
    """Give a watcher that draws on the terminal."""
    from rich.live import Live

    from radzoo.cli.training_live import LiveDisplay
    from radzoo.workflows.finetune_config import Watcher

    display = LiveDisplay(stderr())
    moving = Live(
        get_renderable=display.render, console=display.console, transient=True,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
    with moving:
        yield Watcher(
            log=display.say,
            warn=lambda message: display.say(f"warning: {message}"),
            track=display.track,
            on_plan=display.on_plan,
            on_recipe=display.on_recipe,
            on_step=display.on_step,
            on_epoch=display.on_epoch,
            on_bytes=display.on_bytes,
        )


class PlainLines:
    """One line per epoch, for logs and pipes."""

    def __init__(self) -> None:
        self.epochs = 0
        self.headline = AUROC

    def on_plan(self, plan: "Plan") -> None:
        """Say what is proposed."""
        from radzoo.render.plan import summarise_plan

        self.headline = headline_of(plan.task)
        say(summarise_plan(plan))
        for advice in plan.advice:
            say(f"advice: {advice}")

    def on_recipe(self, recipe: "Recipe", n_train: int) -> None:
        """Say what will be done."""
        self.epochs = recipe.epochs
        say(describe_recipe(recipe, n_train))

    def on_epoch(self, epoch: "Epoch", improved: bool) -> None:
        """Say how an epoch went."""
        say(describe_epoch(epoch, self.epochs, improved=improved, headline=self.headline))

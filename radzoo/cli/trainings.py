"""How commands that train several times make each run."""

from typing import TYPE_CHECKING

from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from radzoo.cli.options import Settings
    from radzoo.workflows.trainings import Train


def make_train(settings: "Settings") -> "Train":
    """Return what makes one run, with its progress on stderr."""
    from radzoo.cli.finetune_output import write_page
    from radzoo.cli.training_display import watching
    from radzoo.core.report import RunReport
    from radzoo.workflows.finetune import FinetuneConfig, finetune

    def train(config: FinetuneConfig) -> RunReport:
        with watching(quiet=settings.quiet) as watcher:
            return finetune(config, watcher, draw=write_page)

    return train


def make_note(settings: "Settings") -> "Callable[[str], object]":
    """Return what is told which training begins."""
    from radzoo.cli.console import say

    return (lambda message: None) if settings.quiet else say


def read_numbers(flag: str, text: str, example: str) -> tuple[float, ...]:
    """Read numbers between commas.

    Raises:
        UsageError: if one is none, or not above 0.
    """
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if not numbers or not all(0 < number < float("inf") for number in numbers):
        raise UsageError(
            f"{flag} {text} was given; needed numbers above 0 with commas between",
            id="bad-numbers",
            hint=f"{flag} {example}",
        )
    return numbers

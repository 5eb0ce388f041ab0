"""How commands that train several times make each run."""

from typing import TYPE_CHECKING

from radzoo.cli.console import show, write_json, write_line
from radzoo.cli.options import Format, Settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

    from radzoo.core.report import Report
    from radzoo.render.rows import Cell
    from radzoo.workflows.trainings import Train


def make_train(settings: Settings) -> "Train":
    """Return what makes one run, with its progress on stderr."""
    from radzoo.cli.finetune_output import write_page
    from radzoo.cli.training_display import watching
    from radzoo.core.report import RunReport
    from radzoo.workflows.finetune import FinetuneConfig, finetune

    def train(config: FinetuneConfig) -> RunReport:
        with watching(quiet=settings.quiet) as watcher:
            return finetune(config, watcher, draw=write_page)

    return train


def make_note(settings: Settings) -> "Callable[[str], object]":
    """Return what is told which training begins."""
    from radzoo.cli.console import say

    return (lambda message: None) if settings.quiet else say


def show_trainings(
    report: "Report",
    settings: Settings,
    *,
    columns: "Sequence[str]",
    rows: "Sequence[Sequence[Cell]]",
    drawn: "Callable[[], RenderableType]",
) -> None:
    """Write what several trainings say together to stdout, as the user wants it."""
    from radzoo.render.json import to_json
    from radzoo.render.rows import write_rows

    if settings.output is Format.JSON:
        write_json(to_json(report))
    elif settings.output in (Format.CSV, Format.MD, Format.TEX):
        write_line(write_rows(columns, rows, settings.output.value))
    else:
        show(drawn())


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

"""Options of going on with a run, and of how often it is kept."""

from dataclasses import dataclass
from typing import Annotated

from typer import Option

from radzoo.cli.option_group import spread

PANEL = "Repeating"


@dataclass(frozen=True)
class KeepingFlags:
    """What becomes of an interrupted run."""

    resume: Annotated[
        bool,
        Option(
            "--resume",
            help="Go on with the run at --out where it stopped, or begin it.",
            rich_help_panel=PANEL,
        ),
    ] = False
    allow_changed: Annotated[
        bool,
        Option(
            "--allow-changed",
            help="With --resume: go on although data or settings changed; the report says so.",
            rich_help_panel=PANEL,
        ),
    ] = False
    checkpoint_minutes: Annotated[
        float,
        Option(
            "--checkpoint-minutes",
            min=0,
            help="Keep the training so often, and after every epoch.",
            rich_help_panel=PANEL,
        ),
    ] = 10.0


with_keeping_flags = spread("keeping", KeepingFlags)
"""Gives a command these options; it receives them as one `KeepingFlags`."""

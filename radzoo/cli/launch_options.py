"""On how many devices a training runs: its options, and who starts the processes."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Exit, Option

from radzoo.cli.option_group import spread
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.config import Launch
    from radzoo.workflows.teaching.crew import Place

PANEL = "Computing"


class Parallel(StrEnum):
    """How a network is shared among devices."""

    DDP = "ddp"
    FSDP = "fsdp"


@dataclass(frozen=True)
class LaunchFlags:
    """How many devices the user asks for; None = one, or what torchrun or SLURM started."""

    devices: Annotated[
        int | None,
        Option(min=1, max=1024, help="GPUs or processes of each node.", rich_help_panel=PANEL),
    ] = None
    nodes: Annotated[
        int | None,
        Option(min=1, max=10_000, help="Machines; see docs.", rich_help_panel=PANEL),
    ] = None
    parallel: Annotated[
        Parallel | None,
        Option(
            help="Copy the network to each device (ddp), or spread it (fsdp).",
            rich_help_panel=PANEL,
        ),
    ] = None

    def over(self, earlier: "Launch") -> "Launch":
        """Lay these flags over the numbers of an earlier run."""
        from radzoo.core.config import Launch

        return Launch(
            devices=self.devices or earlier.devices,
            nodes=self.nodes or earlier.nodes,
            parallel="fsdp" if (self.parallel or earlier.parallel) == "fsdp" else "ddp",
        )


with_launch_flags = spread("launching", LaunchFlags)
"""Gives a command the options of a launch; it receives them as one `LaunchFlags`."""


def take_place(
    flags: LaunchFlags, config: Path | None, *, one_run: bool
) -> "tuple[Launch, Place | None]":
    """Return on how many devices the training runs, and the place of this process.

    Raises:
        Exit: in the process that only starts and watches the others, when all have ended.
        UsageError: if other numbers are asked for than a cluster started, or several runs
            on several devices.
    """
    from radzoo.cli.console import say
    from radzoo.core.config import Launch
    from radzoo.workflows.run.folder import read_config
    from radzoo.workflows.teaching import crew

    place = crew.own_place()
    asked = flags.over(read_config(config).launch if config else Launch())
    several = place is not None or crew.must_launch(asked, place)
    if several and not one_run:
        raise UsageError(
            "--folds trains one run after the other, on one device",
            id="folds-on-devices",
            hint="leave out --devices and --nodes",
        )
    if crew.must_launch(asked, place):
        raise Exit(crew.run_crew(crew.same_command(), asked, say))
    crew.end_with_launcher()
    return crew.agree(asked, place), place

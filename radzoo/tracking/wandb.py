"""Tracker: an offline run of Weights & Biases, that `wandb sync` sends if you want it to."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.tracking.tracker import Numbers, Settings, Tracker

if TYPE_CHECKING:
    from wandb.sdk.wandb_run import Run


class OfflineRun:
    """A run that stays on this machine."""

    def __init__(self, run: "Run") -> None:
        self._run = run

    def log(self, step: int, numbers: Numbers) -> None:
        """Add a point to every curve."""
        self._run.log(dict(numbers), step=step)

    def close(self) -> None:
        """End the run, and the process that writes it: only then is the file whole."""
        import wandb

        self._run.finish()
        wandb.teardown()


def start(folder: Path, run: str, settings: Settings) -> OfflineRun:
    """Begin an offline run, whatever the surroundings say.

    It would keep code, command line, output, host and packages; none of them is given to it.
    """
    os.environ["WANDB_ERROR_REPORTING"] = "false"
    import wandb

    quiet = wandb.Settings(
        mode="offline", console="off", silent=True, disable_git=True, disable_code=True,
        save_code=False, host="", username="", x_disable_meta=True, x_disable_stats=True,
        x_disable_machine_info=True, x_save_requirements=False,
    )  # fmt: skip
    return OfflineRun(
        wandb.init(project="radzoo", name=run, dir=folder, config=dict(settings), settings=quiet)
    )


TRACKER = Tracker("wandb", "wandb", start)

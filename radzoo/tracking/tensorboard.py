"""Tracker: event files that TensorBoard draws."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.tracking.tracker import Numbers, Settings, Tracker

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class Events:
    """An event file."""

    def __init__(self, writer: "SummaryWriter") -> None:
        self._writer = writer

    def log(self, step: int, numbers: Numbers) -> None:
        """Add a point to every curve."""
        for name, value in numbers.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()


def start(folder: Path, run: str, settings: Settings) -> Events:
    """Begin an event file; the settings stand in it as a table."""
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder))
    rows = "".join(f"| {name} | {value} |\n" for name, value in settings.items())
    writer.add_text("recipe", f"| setting | value |\n|---|---|\n{rows}")
    return Events(writer)


TRACKER = Tracker("tensorboard", "tensorboard", start)

"""What a tracker is, and how several are told the same."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeAlias

from radzoo.core.errors import EnvironmentFailure, UsageError
from radzoo.core.registry import did_you_mean
from radzoo.tracking import TRACKERS

Value: TypeAlias = bool | int | float | str
Settings: TypeAlias = Mapping[str, Value]
Numbers: TypeAlias = Mapping[str, float]


class Track(Protocol):
    """The record of one training in the making."""

    def log(self, step: int, numbers: Numbers) -> None:
        """Add numbers of an epoch."""

    def close(self) -> None:
        """End the record; it must be whole then."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """A program that keeps records of trainings.

    Attributes:
        name: also of the extra that brings its package.
        package: what has to be importable.
        start: `(empty folder, name of the run, settings)` to a record; sends nothing anywhere.
    """

    name: str
    package: str
    start: Callable[[Path, str, Settings], Track]


def find_trackers(names: Sequence[str]) -> tuple[Tracker, ...]:
    """Return the trackers that are named, each once.

    Raises:
        UsageError: if there is none of that name.
        EnvironmentFailure: if the package of one is not installed.
    """
    found = []
    for name in dict.fromkeys(names):
        if name not in TRACKERS:
            raise UsageError(
                f"there is no tracker '{name}'",
                id="unknown-tracker",
                hint=did_you_mean(name, TRACKERS) or f"known: {', '.join(TRACKERS)}",
            )
        tracker = TRACKERS[name]
        if find_spec(tracker.package) is None:
            raise EnvironmentFailure(
                f"--track {name} needs the package {tracker.package}, which is not installed",
                id="missing-package",
                hint=f"pip install 'radzoo[{name}]'",
            )
        found.append(tracker)
    return tuple(found)


class Tracks:
    """Several records that are told the same.

    A tracker that fails is told no more, and the training goes on: its history is in the run.

    Args:
        warn: told which tracker failed.
    """

    def __init__(self, warn: Callable[[str], object]) -> None:
        self._warn = warn
        self._tracks: dict[str, Track] = {}

    def begin(self, tracker: Tracker, folder: Path, run: str, settings: Settings) -> None:
        """Begin a record in an empty folder."""
        with self._surviving(tracker.name):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self._tracks[tracker.name] = tracker.start(folder, run, settings)

    def log(self, line: Mapping[str, float | int]) -> None:
        """Add a line of the history, whose `epoch` says which step it is."""
        numbers = {plain(name): float(value) for name, value in line.items() if name != "epoch"}
        for name, track in list(self._tracks.items()):
            with self._surviving(name):
                track.log(int(line["epoch"]), numbers)

    def close(self) -> None:
        """End every record."""
        for name, track in list(self._tracks.items()):
            with self._surviving(name):
                track.close()

    @contextmanager
    def _surviving(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception:  # noqa: BLE001  whatever a foreign program raises ends no training
            self._tracks.pop(name, None)
            self._warn(f"{name} failed and is told no more; history.csv has all of it")


def plain(name: str) -> str:
    """Return a name that every tracker takes, `dead[stage1]` as `dead/stage1`."""
    return name.replace("[", "/").replace("]", "")


@contextmanager
def tracking(
    trackers: Sequence[Tracker],
    folder: Path,
    run: str,
    settings: Settings,
    *,
    warn: Callable[[str], object],
) -> Iterator[Tracks]:
    """Begin a record with each tracker, in a folder of its own, and end them all.

    A record of the same training that was interrupted is replaced: it is told all of the
    history again.
    """
    tracks = Tracks(warn)
    for tracker in trackers:
        tracks.begin(tracker, folder / tracker.name, run, settings)
    try:
        yield tracks
    finally:
        tracks.close()

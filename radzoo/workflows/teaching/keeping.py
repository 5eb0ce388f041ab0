"""When a training is put on the disk, and how it ends when somebody asks it to."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from radzoo.core.errors import EnvironmentFailure, Paused
from radzoo.models.training.checkpoint import has_checkpoint, write_checkpoint
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.plain import Plain
from radzoo.models.training.progress import Epoch, Progress
from radzoo.models.training.snapshot import Snapshot
from radzoo.workflows.finetune_config import Watcher
from radzoo.workflows.run.claim import Claim
from radzoo.workflows.run.folder import write_history
from radzoo.workflows.teaching.signals import Signals
from radzoo.workflows.teaching.teaching import history_line

Line: TypeAlias = Mapping[str, float | int]
PATIENCE: Final = 9.0
"""After an epoch, so many times as long as a save takes has to be worked before the next:
of a training with very short epochs, saving takes a tenth."""


class Keeper:
    """Keeps a training after epochs, every so often, and when a signal ends it.

    Of several processes of one training only the one that leads has a keeper.

    Args:
        claim: the folder of the run.
        out: its name as the user wrote it.
        origin: what the run is made from; see `origin`.
        headline: the metric of the history.
        signals: what may ask it to end.
        every_s: how long a training goes on, at most, before it is kept again.
        watcher: whom to tell what.
    """

    def __init__(
        self,
        claim: Claim,
        out: Path,
        origin: Mapping[str, Plain],
        headline: str,
        signals: Signals,
        *,
        every_s: float,
        watcher: Watcher,
    ) -> None:
        self._claim, self._out, self._origin, self._headline = claim, out, origin, headline
        self._signals, self._every_s, self._watcher = signals, every_s, watcher
        self._track: Callable[[Line], object] = lambda line: None
        self._lines: list[dict[str, float | int]] = []
        self._kept_at, self._save_took = time.monotonic(), 0.0
        self._epoch_ended = False

    def hooks(self, track: Callable[[Line], object]) -> Hooks:
        """Return how this looks into the training.

        Args:
            track: told every line of the history, from the first one on also if it goes on.
        """
        self._track = track
        return Hooks(
            on_start=self.on_start,
            on_step=self._watcher.on_step,
            on_epoch=self.on_epoch,
            wants_pause=self.wants_pause,
            wants_end=lambda: self._signals.received is not None,
            keep=self.keep,
        )

    def on_start(self, progress: Progress) -> None:
        """Take over the history of a training that goes on."""
        self._kept_at = time.monotonic()
        self._lines = [history_line(epoch, self._headline) for epoch in progress.history]
        for line in self._lines:
            self._track(line)
        if progress.history or progress.step:
            self._watcher.log(f"going on {_place(progress.epoch, progress.step)}")
            self._write_history()

    def on_epoch(self, epoch: Epoch, improved: bool) -> None:
        """Add a line to the history."""
        self._lines.append(history_line(epoch, self._headline))
        self._write_history()
        self._track(self._lines[-1])
        self._epoch_ended = True
        self._watcher.on_epoch(epoch, improved)

    def wants_pause(self) -> bool:
        """Is it time?"""
        if self._signals.received is not None:
            return True
        since = time.monotonic() - self._kept_at
        if self._epoch_ended:
            self._epoch_ended = False
            return since >= PATIENCE * self._save_took
        return since >= self._every_s

    def keep(self, snapshot: Snapshot) -> None:
        """Write a checkpoint, and end if that is wanted.

        Raises:
            EnvironmentFailure: if it could not be written.
            Paused: if a signal came.
            KeyboardInterrupt: if it was Ctrl-C.
        """
        began = time.monotonic()
        self._write(snapshot)
        self._kept_at = time.monotonic()
        self._save_took = self._kept_at - began
        if self._signals.received is not None:
            self._stop(snapshot)

    def _write(self, snapshot: Snapshot) -> None:
        self._claim.check()
        try:
            write_checkpoint(self._claim.run.checkpoints, snapshot, self._origin)
        except EnvironmentFailure as failure:
            raise self._explain(failure) from None

    def _write_history(self) -> None:
        if not self._lines:
            return
        self._claim.check()
        try:
            write_history(self._claim.run, self._lines)
        except EnvironmentFailure as failure:
            raise self._explain(failure) from None

    def _explain(self, failure: EnvironmentFailure) -> EnvironmentFailure:
        if not has_checkpoint(self._claim.run.checkpoints):
            return failure
        return EnvironmentFailure(
            f"{failure}; the run stopped, and its last checkpoint is whole",
            id=failure.id,
            hint=f"make room or permission there, then go on: {_command(self._out)}",
        )

    def _stop(self, snapshot: Snapshot) -> NoReturn:
        progress = snapshot.values["progress"]
        assert isinstance(progress, dict)
        where = _place(progress["epoch"], progress["step"])
        if self._signals.by_hand:
            self._watcher.log(f"stopped {where}; go on with: {_command(self._out)}")
            raise KeyboardInterrupt
        raise Paused(
            f"stopped by {self._signals.received} {where}; all of it is kept",
            id="paused",
            hint=f"go on with: {_command(self._out)}",
        )


@contextmanager
def ending_as_paused(signals: Signals, out: Path) -> Iterator[None]:
    """Say of a run that a signal ended where it could not stand still how to go on.

    Raises:
        Paused: if a signal came, but for Ctrl-C.
    """
    try:
        yield
    except KeyboardInterrupt:
        if signals.received is None or signals.by_hand:
            raise
        begun = has_checkpoint(out / "checkpoints")
        raise Paused(
            f"stopped by {signals.received} "
            + ("after the last checkpoint" if begun else "before the first checkpoint"),
            id="paused",
            hint=f"go on with: {_command(out)}"
            if begun
            else "the same command begins again; images that were decoded are kept",
        ) from None


def _place(epoch: object, step: object) -> str:
    return f"in epoch {epoch} after step {step}" if step else f"before epoch {epoch}"


def _command(out: Path) -> str:
    return f"radzoo finetune --resume --out {out}"

"""How the folder of a run comes to be, is gone on with, and takes the place of an older one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from radzoo.core.errors import EnvironmentFailure, RadzooError, UsageError
from radzoo.core.publish import cannot_write, flush
from radzoo.models.training.checkpoint import has_checkpoint
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.run.owner import OWNER, give_up, is_owner, refuse_if_owned, take_ownership

BEGINNING: Final = frozenset({OWNER, "checkpoints"})
"""All that there can be of a run before its configuration."""


class Stage(Enum):
    """What stands at the place of a run."""

    FREE = auto()
    """Nothing, or an empty folder."""
    BEGUN = auto()
    """A run that has nothing worth keeping yet."""
    UNFINISHED = auto()
    FINISHED = auto()
    FOREIGN = auto()
    """Something that is no run."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A folder in which nobody else is at work.

    Attributes:
        lock: the open lock file.
    """

    run: RunFolder
    lock: int

    def check(self) -> None:
        """Make sure that what is written now gets where it belongs.

        Raises:
            EnvironmentFailure: if the folder was moved, removed or replaced.
        """
        if not is_owner(self.run.path, self.lock):
            raise EnvironmentFailure(
                f"{self.run.path} was moved or removed while the run was at work in it",
                id="run-vanished",
                hint="put it back and go on with --resume, or begin anew",
            )


def stage_of(out: Path) -> Stage:
    """Say what stands at a place."""
    if not out.exists() and not out.is_symlink():
        return Stage.FREE
    names = {path.name for path in out.iterdir()} if out.is_dir() else {""}
    run = RunFolder(out)
    if not names:
        return Stage.FREE
    if run.config.is_file() and run.manifest.is_file():
        return Stage.FINISHED
    if not run.config.is_file():
        others = {name for name in names - BEGINNING if not name.endswith(".partial")}
        return Stage.BEGUN if OWNER in names and not others else Stage.FOREIGN
    begun = OWNER in names and not has_checkpoint(run.checkpoints)
    return Stage.BEGUN if begun else Stage.UNFINISHED


def check_out(out: Path, *, overwrite: bool = False, resume: bool = False) -> None:
    """Refuse to touch what is there, before any work is done.

    Raises:
        UsageError: if `out` holds a run that may not be overwritten or gone on with, or
            something else.
        IntegrityError: if another process is at work there.
    """
    refuse_if_owned(out)
    stage = stage_of(out)
    if stage is Stage.FOREIGN and (overwrite or resume):
        what = "overwritten" if overwrite else "gone on with"
        raise UsageError(
            f"{out} is not the folder of a run, so it is not {what}",
            id="not-a-run",
            hint="choose another --out",
        )
    if stage in (Stage.FREE, Stage.BEGUN) or overwrite:
        return
    if stage is Stage.UNFINISHED:
        if not resume:
            raise UsageError(
                f"{out} holds a run that is not finished",
                id="run-exists",
                hint="go on with --resume, choose another --out, or replace it with --overwrite",
            )
        return
    raise UsageError(
        f"{out} exists already",
        id="run-exists",
        hint="choose another --out, or replace that run with --overwrite",
    )


@contextmanager
def claimed_run(out: Path, *, overwrite: bool = False, resume: bool = False) -> Iterator[Claim]:
    """Give the folder of a run to this process alone.

    A run that is overwritten lies in a hidden folder beside it until the new one is finished;
    if that fails before its first checkpoint, the old one is put back and nothing else is left.
    After the first checkpoint the folder stays, whatever happens.

    Args:
        out: its place.
        overwrite: may a run be replaced that is there?
        resume: is an unfinished one gone on with?

    Raises:
        UsageError: as `check_out` does.
        IntegrityError: if another process is at work there.
        EnvironmentFailure: if the place cannot be written.
    """
    out = out.absolute()
    put_back_after_kill(out)
    check_out(out, overwrite=overwrite, resume=resume)
    aside = put_aside(out) if overwrite else None
    was_there = out.exists()
    try:
        claim = open_folder(out)
    except RadzooError:
        put_back(aside, out)
        raise
    done = False
    try:
        sweep(claim.run)
        yield claim
        done = True
    finally:
        keep = done or has_checkpoint(claim.run.checkpoints)
        if not keep and is_owner(out, claim.lock):
            clear(out, remove=not was_there or aside is not None)
        give_up(out, claim.lock)
        if done:
            for old in asides(out):
                shutil.rmtree(old, ignore_errors=True)
        elif not keep:
            put_back(aside, out)


def open_folder(out: Path) -> Claim:
    """Make the folder if it is missing, private as what will be in it, and lock it."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim = Claim(RunFolder(out), take_ownership(out))
        out.chmod(0o700)
        claim.run.checkpoints.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise cannot_write(out, error) from None
    return claim


def sweep(run: RunFolder) -> None:
    """Remove half-written files: they are nobody's, since the lock is ours."""
    for folder in (run.path, run.checkpoints):
        for partial in folder.glob(".*.partial"):
            with suppress(OSError):
                partial.unlink()


def clear(out: Path, *, remove: bool) -> None:
    """Remove what an early failure leaves; an empty folder that was there before stays."""
    if remove:
        shutil.rmtree(out, ignore_errors=True)
        return
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def asides(out: Path) -> list[Path]:
    """Return the runs that were put aside, the oldest first."""
    begin = f".{out.name}.replaced-"
    if not out.parent.is_dir():
        return []
    return sorted(path for path in out.parent.iterdir() if path.name.startswith(begin))


def put_aside(out: Path) -> Path | None:
    """Move a run to a hidden name beside it, if there is one."""
    if stage_of(out) not in (Stage.FINISHED, Stage.UNFINISHED):
        return None
    number = 1 + max((int(path.name.rpartition("-")[2]) for path in asides(out)), default=0)
    aside = out.with_name(f".{out.name}.replaced-{number:03d}")
    try:
        out.rename(aside)
        flush(out.parent)
    except OSError as error:
        raise cannot_write(out, error) from None
    return aside


def put_back(aside: Path | None, out: Path) -> None:
    """Undo `put_aside`, if nobody else has made a run there."""
    if aside is not None and not out.exists():
        aside.rename(out)


def put_back_after_kill(out: Path) -> None:
    """Undo `put_aside` of a process that was killed before its run had a checkpoint."""
    old = asides(out)
    if not old or stage_of(out) not in (Stage.FREE, Stage.BEGUN):
        return
    refuse_if_owned(out)
    shutil.rmtree(out, ignore_errors=True)
    put_back(old[-1], out)

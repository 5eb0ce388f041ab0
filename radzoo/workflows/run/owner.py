"""Which process is at work in the folder of a run: `owner.json`, locked as long as it lives."""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from radzoo.core.errors import IntegrityError
from radzoo.core.file_lock import take_lock, try_lock
from radzoo.core.publish import cannot_write

OWNER: Final = "owner.json"
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


def take_ownership(folder: Path) -> int:
    """Become the owner of a folder; gives the open lock file.

    Raises:
        IntegrityError: if another process is at work there, or may be.
        EnvironmentFailure: if it cannot be written.
    """
    path = folder / OWNER
    try:
        descriptor = take_lock(path)
        if descriptor is None or _may_be_at_work(path):
            if descriptor is not None:
                os.close(descriptor)
            raise _at_work(folder)
        path.chmod(0o600)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(_myself()).encode())
        os.fsync(descriptor)
    except OSError as error:
        raise cannot_write(path, error) from None
    return descriptor


def give_up(folder: Path, descriptor: int) -> None:
    """Let others have the folder."""
    if is_owner(folder, descriptor):
        with suppress(OSError):
            (folder / OWNER).unlink()
    os.close(descriptor)


def is_owner(folder: Path, descriptor: int) -> bool:
    """Is it still the same folder, with the same lock?"""
    try:
        return os.path.samestat((folder / OWNER).stat(), os.fstat(descriptor))
    except OSError:
        return False


def refuse_if_owned(folder: Path) -> None:
    """Look whether another process is at work in a folder, and leave it as it is.

    Raises:
        IntegrityError: if there is one, or may be.
    """
    path = folder / OWNER
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return
    try:
        if not try_lock(descriptor) or _may_be_at_work(path):
            raise _at_work(folder)
    finally:
        os.close(descriptor)


def _may_be_at_work(path: Path) -> bool:
    """May the process be alive that is named in a file whose lock is ours?

    The lock of a dead process is free. But some file systems have no locks, and others do
    not tell other machines of them.
    """
    owner = _read(path)
    if not owner:
        return False
    mine = _myself()
    if owner.get("host") != mine["host"] and owner.get("boot") != mine["boot"]:
        return True
    if _locks_work(path) or (os.name != "nt" and owner.get("boot") != mine["boot"]):
        return False  # the machine was started anew since
    return os.name == "nt" or _is_alive(owner.get("pid"))


def _locks_work(path: Path) -> bool:
    """Does a second opening of the locked file see its lock?"""
    second = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    try:
        return not try_lock(second)
    finally:
        os.close(second)


def _is_alive(pid: object) -> bool:
    try:
        os.kill(int(str(pid)), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _myself() -> dict[str, Any]:
    try:
        boot = BOOT.read_text("ascii").strip()
    except OSError:
        boot = ""
    return {"pid": os.getpid(), "host": socket.gethostname(), "boot": boot}


def _read(path: Path) -> dict[str, Any]:
    try:
        owner = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _at_work(folder: Path) -> IntegrityError:
    owner = _read(folder / OWNER)
    who = f" (process {owner.get('pid')} on {owner.get('host')})" if owner else ""
    return IntegrityError(
        f"another process{who} is at work in {folder}",
        id="run-in-progress",
        hint=f"wait for it, or choose another --out; if it is no more, remove {folder / OWNER}",
    )

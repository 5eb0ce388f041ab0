"""Keeps processes from fetching the same file twice. Nothing but that depends on it.

Where the file system or the machine has no locks, each process fetches for itself.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # the name must exist

POLL_S = 0.05
# A holder that shows no sign of life for so long is not waited for.
PATIENCE_S = 60.0


@contextmanager
def alone(lock: Path, sign_of_life: Callable[[], object]) -> Iterator[None]:
    """Wait until no other process holds `lock`, and hold it; or go on without it.

    Args:
        lock: a file that is made, and removed at the end.
        sign_of_life: changes as long as the holder gets on with its work.
    """
    descriptor = _wait_for(lock, sign_of_life)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                lock.unlink()
            os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file, if that is possible; returns False if another process holds it."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # this file system has no locks
    return True


def _wait_for(lock: Path, sign_of_life: Callable[[], object]) -> int | None:
    """Return the open lock file, or None if it is not to be had."""
    sign, since = sign_of_life(), time.monotonic()
    while time.monotonic() - since < PATIENCE_S:
        try:
            descriptor = _take(lock)
        except OSError:
            return None
        if descriptor is not None:
            return descriptor
        time.sleep(POLL_S)
        new = sign_of_life()
        if new != sign:
            sign, since = new, time.monotonic()
    return None


def _take(lock: Path) -> int | None:
    """Return the open lock file if it is ours now, None if another process has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        # The holder before may have removed the file between our opening and locking it.
        if try_lock(descriptor) and os.fstat(descriptor).st_ino == lock.stat().st_ino:
            return descriptor
    except FileNotFoundError:
        pass
    os.close(descriptor)
    return None

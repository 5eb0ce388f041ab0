"""Locks between processes; the system takes them from a process that dies."""

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # the name must exist


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


def take_lock(lock: Path) -> int | None:
    """Return the open lock file if it is ours now, None if another process has it.

    Raises:
        OSError: if it cannot be made.
    """
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

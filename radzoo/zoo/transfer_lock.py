"""Keeps processes from fetching the same file twice. Nothing but that depends on it.

Where the file system or the machine has no locks, each process fetches for itself.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from radzoo.core.file_lock import take_lock

POLL_S = 0.05
# A holder that shows no sign of life for so long is not waited for.
PATIENCE_S = 60.0


@contextmanager
def alone(
    lock: Path, sign_of_life: Callable[[], object], wait: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Wait until no other process holds `lock`, and hold it; or go on without it.

    Args:
        lock: a file that is made, and removed at the end.
        sign_of_life: changes as long as the holder gets on with its work.
        wait: called whenever another process was found to hold it.
    """
    descriptor = _wait_for(lock, sign_of_life, wait)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                lock.unlink()
            os.close(descriptor)


def _wait_for(
    lock: Path, sign_of_life: Callable[[], object], wait: Callable[[], None]
) -> int | None:
    """Return the open lock file, or None if it is not to be had."""
    sign, since = sign_of_life(), time.monotonic()
    while time.monotonic() - since < PATIENCE_S:
        try:
            descriptor = take_lock(lock)
        except OSError:
            return None
        if descriptor is not None:
            return descriptor
        wait()
        time.sleep(POLL_S)
        new = sign_of_life()
        if new != sign:
            sign, since = new, time.monotonic()
    return None

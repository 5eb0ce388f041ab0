"""One process at a time fills a store; the others wait for it and find the images made."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from radzoo.core.file_lock import take_lock

POLL_S: Final = 0.1


@contextmanager
def alone(lock: Path, on_wait: Callable[[], object]) -> Iterator[None]:
    """Wait until no other process holds `lock`, and hold it.

    Where the file system has no locks nobody waits. Then two processes write the same bytes
    to the same places, and what does not fit its hash is not believed.

    Args:
        lock: a file that is made, and removed at the end.
        on_wait: called once if another process has it.

    Raises:
        OSError: if the lock cannot be made.
    """
    descriptor = take_lock(lock)
    if descriptor is None:
        on_wait()
    while descriptor is None:
        time.sleep(POLL_S)
        descriptor = take_lock(lock)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        os.close(descriptor)

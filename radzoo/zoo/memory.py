"""What radzoo remembers of a user: hashes it trusted, licences that were accepted.

It is kept apart from every cache, since caches are shared with other users and emptied.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from radzoo.core.errors import EnvironmentFailure, IntegrityError

LOCK_TIMEOUT_S = 5.0
LOCK_PAUSE_S = 0.01
ATTEMPTS = 20
MOST_BYTES = 16 * 2**20

Notes = dict[str, object]
Log = Callable[[str], object]


def memory_root() -> Path:
    """Return the folder of this user's memory; nobody else should write there."""
    chosen = os.environ.get("XDG_STATE_HOME")
    if chosen and Path(chosen).is_absolute():
        return Path(chosen, "radzoo")
    from platformdirs import user_state_path

    return user_state_path("radzoo", appauthor=False)


def read_notes(file: str) -> Notes:
    """Return what a file of the memory holds; nothing if it is not there or cannot be read.

    Raises:
        IntegrityError: if it is damaged.
    """
    path = memory_root() / file
    try:
        with path.open("rb") as stream:
            text = stream.read(MOST_BYTES)
    except OSError:
        return {}
    try:
        notes = json.loads(text)["notes"]
    except (ValueError, TypeError, KeyError, RecursionError):
        notes = None
    if not isinstance(notes, dict):
        raise IntegrityError(
            f"{path} is damaged: it is not what radzoo wrote",
            id="damaged-memory",
            hint="remove it if you can explain that; what it remembered is then asked anew",
        )
    return notes


def change_notes(
    file: str, change: Callable[[Notes], None], holds: Callable[[Notes], bool]
) -> None:
    """Read a file of the memory, change it and publish it, without losing others' changes.

    Args:
        file: its name.
        change: changes the notes it is given; may be called more than once.
        holds: is the change in these notes? Asked of the file again afterwards: where locks
            do nothing, as on some network disks, another process may have overwritten it.

    Raises:
        EnvironmentFailure: if it cannot be written.
    """
    from radzoo.core.publish import publish_text  # listing models needs none of it

    path = memory_root() / file
    for _ in range(ATTEMPTS):
        with locked(path.with_name(f".{file}.lock")):
            notes = read_notes(file)
            change(notes)
            text = json.dumps({"schema_version": 1, "notes": notes}, indent=1, sort_keys=True)
            publish_text(path, text + "\n")
        if holds(read_notes(file)):
            return


@contextmanager
def locked(path: Path, *, timeout_s: float | None = None) -> Iterator[None]:
    """Wait for other writers, for a while; a lock that cannot be had stops nobody."""
    from radzoo.core.file_lock import try_lock  # listing models needs none of it

    descriptor = _open_private(path)
    try:
        deadline = time.monotonic() + (LOCK_TIMEOUT_S if timeout_s is None else timeout_s)
        while not try_lock(descriptor) and time.monotonic() < deadline:
            time.sleep(LOCK_PAUSE_S)
        yield
    finally:
        os.close(descriptor)


def unless_unwritable(act: Callable[[], None], what: str, log: Log | None) -> None:
    """Do something that writes to the memory; if that is impossible, say so and go on."""
    try:
        act()
    except EnvironmentFailure as failure:
        if log:
            log(f"warning: {what} could not be remembered: {failure}")


def _open_private(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EnvironmentFailure(
            f"cannot write {path.parent}: {(error.strerror or 'unknown reason').lower()}",
            id="cannot-write",
            hint="set XDG_STATE_HOME to a folder of your own",
        ) from None

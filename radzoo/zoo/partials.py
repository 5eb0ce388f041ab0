"""Files that are not complete yet: whose they are, and who may go on with them.

Each process fills a file of its own, `.NAME.HOST.PID.KEY-SPACE-RANDOM.partial`, beside the
final name. KEY tells of which bytes it is the beginning; SPACE tells process numbers of
different containers apart. When a process was killed, the next one takes its file over by
renaming it: only one can win that. What correctness needs is the check of the whole file,
later; here work is saved.
"""

import hashlib
import os
import re
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from radzoo.core.file_lock import try_lock
from radzoo.zoo.partial_owner import NAME, has_ended, is_from_here, process_space

OPEN_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
ABANDONED_AFTER_S = 24 * 3600.0
NO_KEY = "0" * 16


@dataclass(slots=True)
class Partial:
    """The file that this process fills; locked as long as it is open."""

    final: Path
    key: str
    path: Path
    stream: BinaryIO
    adopted: bool

    def rename(self, key: str) -> None:
        """Note of which bytes this is the beginning."""
        path = _own_name(self.final, key)
        with suppress(OSError):  # Windows renames no open file: then nobody will go on with it
            self.path.rename(path)
            self.key, self.path = key, path


def key_of(sha256: str | None, url: str, etag: str | None) -> str:
    """Return a name for certain bytes: by their hash, or by one version of one address."""
    if sha256 is None and not etag:
        return NO_KEY
    what = f"sha256 {sha256}" if sha256 else f"{url}\n{etag}"
    return hashlib.sha256(what.encode()).hexdigest()[:16]


def claim(final: Path, key: str) -> Partial:
    """Return a file to fill: the largest that a dead process has left, or a new one.

    With a key only beginnings of those very bytes are taken; without one any whose key is
    known, since the server will say what it has. Other leftovers of dead processes are removed.

    Raises:
        OSError: if the folder cannot be written.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    taken = None
    for path, found in sorted(_abandoned(final), reverse=True, key=lambda item: _size(item[0])):
        wanted = found != NO_KEY if key == NO_KEY else found == key
        if wanted and taken is None:
            taken = _adopt(path, final, found)
        else:
            _remove(path)
    _sweep(final.parent)
    return taken or _create(final, key)


def growth(final: Path) -> int:
    """Return how many bytes of `final` have arrived in all processes: a sign of life."""
    return sum(_size(path) for path, _ in _partials(final))


def _create(final: Path, key: str) -> Partial:
    path = _own_name(final, key)
    descriptor = os.open(path, OPEN_NEW, 0o600)
    stream = os.fdopen(descriptor, "r+b", buffering=0)
    try_lock(stream.fileno())
    return Partial(final, key, path, stream, adopted=False)


def _adopt(path: Path, final: Path, key: str) -> Partial | None:
    """Take over the file of a dead process, unless another process was quicker."""
    mine = _own_name(final, key)
    try:
        path.rename(mine)
        stream = mine.open("r+b", buffering=0)
    except OSError:
        return None
    if not try_lock(stream.fileno()):
        # Whatever its name says, somebody is at work on it.
        stream.close()
        mine.rename(path)
        return None
    stream.seek(0, os.SEEK_END)
    return Partial(final, key, mine, stream, adopted=True)


def _own_name(final: Path, key: str) -> Path:
    """Return a name that no other process uses, and that tells who is filling the file."""
    unique = f"{key}-{process_space()}-{secrets.token_hex(4)}"
    return final.with_name(f".{final.name}.{socket.gethostname()}.{os.getpid()}.{unique}.partial")


def _partials(final: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    """Return every incomplete file of `final`."""
    start = f".{final.name}."
    for path in final.parent.iterdir() if final.parent.is_dir() else ():
        found = NAME.fullmatch(path.name)
        if found and path.name.startswith(start):
            yield path, found


def _abandoned(final: Path) -> list[tuple[Path, str]]:
    """Return the incomplete files of `final` that nobody fills any more, and their keys."""
    mine = f"{final.name}.{socket.gethostname()}"
    return [
        (path, found["key"] or NO_KEY)
        for path, found in _partials(final)
        if _is_old(path) or (found["owned"] == mine and is_from_here(found) and _is_free(found))
    ]


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > ABANDONED_AFTER_S
    except OSError:
        return False


def _is_free(found: re.Match[str]) -> bool:
    """Does nobody fill the file? Windows itself refuses to rename or remove an open one."""
    return os.name == "nt" or has_ended(found)


def _sweep(folder: Path) -> None:
    """Remove what has been left for a day, of whatever file."""
    for path in folder.iterdir():
        if NAME.fullmatch(path.name) and _is_old(path):
            _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):  # it is gone already, or another user's
        path.unlink()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

"""Source: a file on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import InputError
from radzoo.core.source import Fetched, Progress, Source
from radzoo.zoo.checksum import verify_file

if TYPE_CHECKING:
    from radzoo.core.entry import LocalSource


def locate(source: "LocalSource", cache: Path) -> Path | None:
    """Return the file if it exists; the catalog has made its path absolute."""
    path = Path(source.path)
    return path if path.is_file() else None


def fetch(source: "LocalSource", cache: Path, progress: Progress) -> Fetched:
    """Return the file, verified."""
    path = locate(source, cache)
    if path is None:
        raise InputError(
            f"there is no file {source.path}, which the registry names",
            id="missing-weights",
            hint="put the file there, or correct `path` in the registry",
        )
    return verify_file(path, source, cached=True, progress=progress)


SOURCE = Source(kind="local", remote=False, locate=locate, fetch=fetch)

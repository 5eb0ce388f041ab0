"""Where weights are kept, and how they get there: verified, whole, or not at all."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure
from radzoo.core.source import Fetched, Progress, Source, no_progress
from radzoo.zoo.checksum import verify_file
from radzoo.zoo.sources import SOURCES

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry


def cache_root(cache_dir: Path | None = None) -> Path:
    """Return the folder of everything that radzoo keeps between runs."""
    chosen = cache_dir or os.environ.get("RADZOO_HOME")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("radzoo", appauthor=False)


def locate_weights(entry: "ZooEntry", cache: Path) -> Path | None:
    """Return the file of weights if it is on this machine; nothing is verified."""
    source: Source = SOURCES[entry.source.kind]
    return source.locate(entry.source, cache)


def fetch_weights(
    entry: "ZooEntry",
    *,
    cache: Path,
    offline: bool,
    force: bool = False,
    progress: Progress = no_progress,
) -> Fetched:
    """Return the verified file of weights, fetching it if it is not here.

    A file that is already here is hashed again each time: a disk forgets, and a cache is
    writable by other programs. `force` fetches again what is already here, for instance
    because it is damaged.

    Raises:
        IntegrityError: if a file is not the one that the registry means.
        EnvironmentFailure: if it is not here and cannot be fetched.
    """
    source: Source = SOURCES[entry.source.kind]
    here = source.locate(entry.source, cache)
    if here is not None and not (force and source.remote):
        return verify_file(here, entry.source, cached=True, progress=progress)
    if source.remote and offline:
        raise EnvironmentFailure(
            f"{entry.name} is not on this machine and radzoo works offline",
            id="offline",
            hint=f"run radzoo pull {entry.name} where there is a network",
        )
    return source.fetch(entry.source, cache, progress)

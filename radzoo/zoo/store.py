"""Where weights are kept, and how they get there: verified, whole, or not at all."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.core.source import Fetched, Progress, Source, no_progress
from radzoo.zoo.checksum import WrongFile, check_format, verify_file
from radzoo.zoo.licences import check_licence
from radzoo.zoo.memory import Log
from radzoo.zoo.remedy import for_wrong_file
from radzoo.zoo.sources import SOURCES
from radzoo.zoo.trust import Trusted, changed, contradicts, recall, remember

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
    accept_licence: bool = False,
    trust_again: bool = False,
    progress: Progress = no_progress,
    log: Log | None = None,
) -> Fetched:
    """Return the verified file of weights, fetching it if it is not here.

    A file that is already here is hashed again each time: a disk forgets, and a cache is
    writable by other programs. Where the registry knows no hash, the first file that comes
    is trusted, and remembered.

    Args:
        entry: the model.
        cache: radzoo's own cache; files of the hub are in the shared one.
        offline: touch no network.
        force: fetch again what is already here, for instance because it is damaged.
        accept_licence: the user accepts a licence that restricts use; that is remembered once
            the weights are here.
        trust_again: the user accepts that a file without a known hash has changed; it is
            fetched again.
        progress: told how far the transfer, or the hashing, is.
        log: says to the user, in a line, that a file was trusted or a licence accepted.

    Raises:
        LicenceError: if the licence was not accepted, or forbids radzoo to fetch them.
        IntegrityError: if a file is not the one that the registry means, or that was trusted.
        EnvironmentFailure: if it is not here and cannot be fetched.
    """
    force = force or trust_again
    check_reachable(entry, cache=cache, offline=offline, force=force)
    check_licence(entry, accepted=accept_licence, dry_run=True)
    source: Source = SOURCES[entry.source.kind]
    trusted = None if trust_again else recall(entry.source)
    if trusted is not None and contradicts(entry.source, trusted):
        raise changed(entry, trusted)
    here = source.locate(entry.source, cache)
    arrives = here is None or (force and source.remote)
    try:
        if arrives or here is None:
            fetched = _bring(entry, source, cache, trusted, progress)
        else:
            fetched = _measure(here, entry, progress)
    except WrongFile as error:
        raise for_wrong_file(error, entry, arrived=arrives and source.remote) from None
    if trusted is not None and fetched.sha256 != trusted.sha256:
        raise changed(entry, trusted, arrived=arrives)
    check_format(fetched.path, entry.source, entry.name)
    if trusted is None:
        remember(entry, fetched, log)
    if accept_licence:
        check_licence(entry, accepted=True, log=log)
    return fetched


def check_reachable(entry: "ZooEntry", *, cache: Path, offline: bool, force: bool = False) -> None:
    """Raise what `fetch_weights` would raise before it asks the network.

    Raises:
        LicenceError: if radzoo does not fetch these weights.
        UsageError: if there are none.
        EnvironmentFailure: if they are not here and radzoo works offline.
    """
    source: Source = SOURCES[entry.source.kind]
    if entry.source.kind in {"external", "none"}:
        source.fetch(entry.source, cache, no_progress)
    if not (source.remote and offline):
        return
    if source.locate(entry.source, cache) is None:
        raise EnvironmentFailure(
            f"{entry.name} is not on this machine and radzoo works offline",
            id="offline",
            hint=f"run radzoo pull {entry.name} where there is a network",
        )
    if force:
        raise EnvironmentFailure(
            f"{entry.name} cannot be fetched again: radzoo works offline",
            id="offline",
            hint="leave out --force, or --offline",
        )


def _measure(path: Path, entry: "ZooEntry", progress: Progress) -> Fetched:
    """Verify a file that is here; one that radzoo named itself is called by its model."""
    what = f"the weights file of {entry.name}" if entry.source.kind in {"hub", "https"} else None
    return verify_file(path, entry.source, cached=True, progress=progress, what=what)


def _bring(
    entry: "ZooEntry",
    source: Source,
    cache: Path,
    trusted: Trusted | None,
    progress: Progress,
) -> Fetched:
    """Fetch the file; one that was trusted before counts like one that the registry knows."""
    if trusted is None:
        return source.fetch(entry.source, cache, progress)
    try:
        return source.fetch(entry.source, cache, progress, trusted.sha256)
    except IntegrityError as error:
        raise (
            changed(entry, trusted, arrived=True) if error.id == "wrong-hash" else error
        ) from None

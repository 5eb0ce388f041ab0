"""What is kept on this machine for radzoo, and what looks wrong about it.

Reads names, sizes and times only: no file is opened but the registries' own, and nothing is
written. Whether a file of weights is the right one, `verify` says.
"""

import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.zoo.partial_owner import NAME, has_ended, is_from_here
from radzoo.zoo.sources.hub import hub_cache
from radzoo.zoo.store import locate_weights
from radzoo.zoo.trust import recall

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry

KINDS = ("weights", "shared", "converted", "prepared", "partial", "lock", "index", "unknown")
# Indices of registry files were here before they moved to the user's own memory.
FOLDERS = ("weights", "converted", "prepared", "locks", "index")
OWN_NAMES = frozenset([*FOLDERS, "CACHEDIR.TAG"])
PREPARED_NAME = re.compile(r"[0-9a-f]{32}")
PREPARED_FILES = frozenset(["images.npy", "index.json"])
INDEX_NAME = re.compile(r"[0-9a-f]{16}\.json")
LOCK_NAME = re.compile(r".+\.lock")
TWIN_NAME = re.compile(r"(([0-9a-f]{64})(?:-[0-9a-f]{16})?)\.(?:safetensors|json)")
PARTIAL_NAME = re.compile(r"\.partial\b")
ABANDONED_S = 24 * 3600.0
# A name that tells of no machine may be another's, where machines share the cache.
QUIET_S = 3600.0


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that takes room.

    Attributes:
        kind: one of `KINDS`; `shared` are weights in the Hugging Face cache, which other
            programs use too.
        models: which models it belongs to.
        files: what it consists of: files, links, or one folder with all in it.
        last_used: seconds since 1970, as far as the file system records it.
        needed: False if nothing is lost by removing it but a transfer that had ended.
        problem: what looks wrong about it, in words.
    """

    kind: str
    models: tuple[str, ...]
    path: Path
    files: tuple[Path, ...]
    size_bytes: int
    last_used: float
    needed: bool = True
    problem: str | None = None


def list_contents(entries: Sequence["ZooEntry"], cache: Path) -> list[Kept]:
    """Return everything in the cache, and the weights in the shared one, in order of kind."""
    cache = cache.absolute()
    own, shared = located(entries, cache)
    kept = [*_shared_weights(shared), *_weights(cache / "weights", own)]
    kept += _converted(cache / "converted", entries, own, shared)
    kept += [
        *_named(cache / "prepared", "prepared", PREPARED_NAME.fullmatch),
        *_named(cache / "index", "index", INDEX_NAME.fullmatch),
        *_named(cache / "locks", "lock", LOCK_NAME.fullmatch),
        *(_unknown(path) for path in _inside(cache) if path.name not in OWN_NAMES),
        *(_unknown(cache / name) for name in FOLDERS if (cache / name).is_symlink()),
    ]
    return sorted(kept, key=lambda one: (KINDS.index(one.kind), one.models, one.path))


def located(
    entries: Sequence["ZooEntry"], cache: Path
) -> tuple[dict[Path, list[str]], dict[Path, list[str]]]:
    """Return the weights that are in the cache, and in the shared one, with their models."""
    own: dict[Path, list[str]] = {}
    shared: dict[Path, list[str]] = {}
    for entry in entries:
        path = locate_weights(entry, cache) if entry.source.kind != "package" else None
        if path is not None and path.is_relative_to(hub_cache()):
            shared.setdefault(path, []).append(entry.name)
        elif path is not None and path.is_relative_to(cache):
            own.setdefault(path, []).append(entry.name)
    return own, shared


def _weights(folder: Path, known: Mapping[Path, Sequence[str]]) -> Iterator[Kept]:
    for path in _inside(folder):
        if path in known:
            yield _keep("weights", (path,), models=known[path])
        else:
            yield _unfinished(path) or _unknown(path)


def _shared_weights(known: Mapping[Path, Sequence[str]]) -> Iterator[Kept]:
    for path, models in known.items():
        blob = path.resolve()
        files = (path,) if blob == path else (path, blob)
        yield _keep("shared", files, models=models)


def _converted(
    folder: Path,
    entries: Sequence["ZooEntry"],
    own: Mapping[Path, Sequence[str]],
    shared: Mapping[Path, Sequence[str]],
) -> Iterator[Kept]:
    """Pair each converted file with its note; one whose source is not here is not needed."""
    twins: dict[str, list[Path]] = {}
    for path in _inside(folder):
        match = TWIN_NAME.fullmatch(path.name)
        if match:
            twins.setdefault(match[1], []).append(path)
        else:
            yield _unfinished(path) or _unknown(path)
    here = {name for names in (*own.values(), *shared.values()) for name in names}
    here |= {entry.name for entry in entries if entry.source.kind in {"local", "package"}}
    hashes = {entry.name: _known_hash(entry, entry.name in here) for entry in entries}
    # Where no hash is known, any twin may be of this file: rather too many kept than too few.
    unsure = any(
        entry.name in here and hashes[entry.name] is None and entry.source.format != "safetensors"
        for entry in entries
    )
    for name, files in twins.items():
        models = [model for model, known in hashes.items() if known and name.startswith(known)]
        needed = unsure or any(model in here for model in models)
        problem = None if needed else "the weights it was made from are not here"
        if len(files) == 1:
            problem, needed = "half of it is missing: it is made again on use", False
        yield _keep("converted", sorted(files, reverse=True), models, needed, problem)


def _known_hash(entry: "ZooEntry", here: bool) -> str | None:
    """Return the sha256 of an entry's file, or its first digits, or that of what came first."""
    source = entry.source
    trusted = recall(source) if here and source.sha256 is None else None
    return source.sha256 or (trusted.sha256 if trusted else source.sha256_prefix)


def _named(folder: Path, kind: str, fits: Callable[[str], object]) -> Iterator[Kept]:
    """Yield what stands in a folder of things that are made again on use."""
    for path in _inside(folder):
        whole = kind != "prepared" or {inner.name for inner in _inside(path)} == PREPARED_FILES
        unfinished = _unfinished(path)
        if unfinished:
            yield unfinished
        elif fits(path.name) and not path.is_symlink() and whole:
            yield _keep(kind, (path,))
        else:
            yield _unknown(path)


def _unfinished(path: Path) -> Kept | None:
    """Return a partial transfer or a lock as such."""
    if path.is_symlink():
        return None
    if path.name.endswith(".lock"):
        return _keep("lock", (path,), needed=_age_s(path) < ABANDONED_S)
    if not PARTIAL_NAME.search(path.name):
        return None
    abandoned = is_abandoned(path)
    problem = "the process that made it is gone" if abandoned else None
    return _keep("partial", (path,), needed=not abandoned, problem=problem)


def is_abandoned(partial: Path) -> bool:
    """Is the process gone that made a partial file? If in doubt, no; after a day, yes."""
    age_s = _age_s(partial)
    found = NAME.fullmatch(partial.name)
    if age_s > ABANDONED_S or found is None:
        return age_s > ABANDONED_S
    if is_from_here(found):
        return has_ended(found)
    return found["key"] is None and age_s > QUIET_S and has_ended(found)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0


def _unknown(path: Path) -> Kept:
    return _keep("unknown", (path,), problem="belongs to no model that the registries name")


def _keep(
    kind: str,
    files: Sequence[Path],
    models: Iterable[str] = (),
    needed: bool = True,
    problem: str | None = None,
) -> Kept:
    """Measure files, and look at what is wrong with them."""
    every = [inner for file in files for inner in _walk(file)]
    sizes, times = [0], [0.0]
    for file, status in every:
        if not stat.S_ISDIR(status.st_mode):
            sizes.append(status.st_size)
            times.append(max(status.st_mtime, status.st_atime))
        problem = problem or _objection(file, status, shared=kind == "shared")
    return Kept(
        kind, tuple(models), files[0], tuple(files), sum(sizes), max(times), needed, problem
    )


def _objection(path: Path, status: os.stat_result, *, shared: bool) -> str | None:
    """Say what is wrong with one file or folder, if anything is."""
    if stat.S_ISLNK(status.st_mode):
        inside = shared and path.resolve().is_relative_to(hub_cache().resolve())
        return None if inside else "is a symbolic link, which radzoo does not make"
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        return "is neither a file nor a folder"
    if status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
        return "every user of this machine may change it"
    if not os.access(path, os.R_OK):
        return "may not be read"
    return None


def _inside(folder: Path) -> list[Path]:
    """Return what stands in a folder; nothing if it is a link or cannot be read."""
    if folder.is_symlink():
        return []
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _walk(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield a file, or a folder and all in it, without following links."""
    try:
        status = path.lstat()
    except OSError:
        return
    yield path, status
    if stat.S_ISDIR(status.st_mode):
        for inner in _inside(path):
            yield from _walk(inner)

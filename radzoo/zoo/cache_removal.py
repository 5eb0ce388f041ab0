"""Removes things from the cache: only what stands in it, and never through a link."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from radzoo.core.errors import EnvironmentFailure, InputError
from radzoo.zoo.cache_contents import OWN_NAMES, Kept
from radzoo.zoo.sources.hub import hub_cache


def check_root(cache: Path, *, for_unknown: bool = False) -> None:
    """Raise `InputError` unless files may be removed from this folder.

    Args:
        cache: the root of the cache.
        for_unknown: may files be removed that belong to no model? Then the folder has to be
            a cache and nothing else.
    """
    root = cache.resolve()
    strange = [path.name for path in root.iterdir()] if for_unknown and root.is_dir() else []
    strange = sorted(name for name in strange if name not in OWN_NAMES)
    if root == Path(root.anchor) or root == Path.home().resolve():
        reason = "it is the root or a home folder"
    elif strange:
        reason = f"it also holds {strange[0]}, so it may not be a cache of radzoo's"
    else:
        return
    raise InputError(
        f"nothing is removed from {cache}: {reason}",
        id="not-a-cache",
        hint="--cache-dir or RADZOO_HOME names radzoo's own folder; radzoo cache path shows it",
    )


def remove(things: Sequence[Kept], cache: Path) -> int:
    """Remove things from the cache, and return the bytes that this freed.

    Raises:
        InputError: if one of them does not stand in the cache.
        EnvironmentFailure: if one cannot be removed.
    """
    for thing in things:
        root = hub_cache() if thing.kind == "shared" else cache
        for file in thing.files:
            _check_inside(file, root)
    freed = 0
    for thing in things:
        gone = _remove_shared(thing) if thing.kind == "shared" else _remove_own(thing)
        freed += thing.size_bytes if gone else 0
    return freed


def _remove_own(thing: Kept) -> bool:
    for file in thing.files:
        _delete(file)
    return True


def _remove_shared(thing: Kept) -> bool:
    """Remove a file of the shared cache: its link, then its bytes unless others link there.

    Returns:
        Were the bytes removed?
    """
    link, *blobs = thing.files
    repository = next(folder for folder in link.parents if folder.name.startswith("models--"))
    _delete(link)
    _remove_empty(link.parent, repository)
    for blob in blobs:
        if any(other.resolve() == blob for other in repository.glob("snapshots/**/*")):
            return False
        _delete(blob)
    return True


def _remove_empty(folder: Path, until: Path) -> None:
    """Remove folders that became empty, up to but not including `until`."""
    while folder != until and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _check_inside(file: Path, root: Path) -> None:
    """Raise `InputError` unless a file stands in a folder, with no link on the way to it."""
    resolved = file.parent.resolve() / file.name
    if not resolved.is_relative_to(root.resolve()) or ".." in file.parts:
        raise InputError(
            f"{file} is not removed: it does not stand in {root}",
            id="outside-the-cache",
            hint="a folder of the cache is a symbolic link: remove by hand what it leads to",
        )


def _delete(path: Path) -> None:
    """Remove a file, a link or a folder; a link is not followed."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailure(
            f"cannot remove {path}: {(error.strerror or 'unknown reason').lower()}",
            id="cannot-remove",
            hint="check who may write there" + (", or close what uses it" * (os.name == "nt")),
        ) from None

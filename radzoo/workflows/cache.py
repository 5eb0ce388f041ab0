"""What radzoo keeps on this machine: list it, remove models, remove what is not needed."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.core.entry import ZooEntry
from radzoo.zoo.cache_contents import Kept, list_contents
from radzoo.zoo.cache_removal import check_root, remove

DAY_S = 24 * 3600.0
# What is made again on use, and is not needed once nobody has used it for long.
MADE_AGAIN = frozenset(["prepared", "index"])


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, or would be.

    Attributes:
        things: each with its kind, path and size.
        freed_bytes: less than their sum where bytes in the shared cache are still used.
        dry_run: was nothing removed?
    """

    things: tuple[Kept, ...]
    freed_bytes: int
    dry_run: bool


def remove_models(
    names: Sequence[str],
    entries: Sequence[ZooEntry],
    cache: Path,
    *,
    shared: bool = False,
    prepared: bool = False,
    dry_run: bool = False,
    log: Callable[[str], None] = lambda line: None,
) -> Removed:
    """Remove the weights of models, converted ones too.

    The packaged model stays, and so does a file that is also that of a model not named.

    Args:
        names: of the models.
        entries: of every registry, so that other models of the same file are known.
        cache: the root of the cache.
        shared: also from the shared Hugging Face cache, which other programs use.
        prepared: also all prepared images.
        dry_run: only say what would go.
        log: told what is left where it is, and why.
    """
    wanted = set(names)
    chosen: list[Kept] = []
    kept: set[str] = set()
    for thing in list_contents(entries, cache):
        others = [name for name in thing.models if name not in wanted]
        if thing.kind == "prepared" and prepared:
            chosen.append(thing)
        elif not wanted.intersection(thing.models):
            continue
        elif thing.kind == "shared" and not shared:
            log(f"{thing.path} stays, since other programs use it too: --shared removes it")
            kept |= set(thing.models)
        elif others:
            rest = ", ".join(others)
            log(f"{thing.path} stays, since it is the file of {rest} too: name that as well")
            kept |= set(thing.models)
        else:
            chosen.append(thing)
    found = kept.union(*(thing.models for thing in chosen))
    for entry in entries:
        if entry.name in wanted - found:
            own = entry.source.kind in {"package", "local"}
            where = "its file is not in the cache, and stays" if own else "it is not here"
            log(f"{entry.name}: {where}")
    return _carry_out(chosen, cache, dry_run=dry_run)


def prune(
    entries: Sequence[ZooEntry],
    cache: Path,
    *,
    older_than_days: float = 30,
    unknown: bool = False,
    dry_run: bool = False,
) -> Removed:
    """Remove what is not needed.

    These are partial files of processes that are gone, converted weights whose source is
    gone, and prepared images and indices that nobody has used for some days; weights of
    known models stay.

    Args:
        entries: of every registry.
        cache: the root of the cache.
        older_than_days: how long prepared images and indices stay after their last use.
        unknown: also files in the cache's folders that belong to no model.
        dry_run: only say what would go.

    Raises:
        InputError: if the folder is `/`, a home folder, or no cache.
    """
    check_root(cache, for_unknown=unknown)
    oldest = time.time() - older_than_days * DAY_S
    chosen = [
        thing
        for thing in list_contents(entries, cache)
        if not thing.needed
        or (thing.kind in MADE_AGAIN and thing.last_used <= oldest)
        or (thing.kind == "unknown" and unknown)
    ]
    return _carry_out(chosen, cache, dry_run=dry_run)


def _carry_out(chosen: Sequence[Kept], cache: Path, *, dry_run: bool) -> Removed:
    check_root(cache)
    freed = sum(thing.size_bytes for thing in chosen) if dry_run else remove(chosen, cache)
    return Removed(tuple(chosen), freed, dry_run)

"""Images decoded once: made, gone on with, mended, or found."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial as bind
from pathlib import Path
from typing import Final

from radzoo.core.case import Case
from radzoo.core.decoding import Decoding
from radzoo.core.publish import cannot_write, flush
from radzoo.data.engines.local import decode_locally
from radzoo.data.prepared.building import Job, Track, build, mend
from radzoo.data.prepared.folder import find_folder, open_folder, open_volumes
from radzoo.data.prepared.index import Index, find_damage, read_index
from radzoo.data.prepared.key import key_of
from radzoo.data.prepared.lock import alone
from radzoo.data.prepared.result import Prepared, PreparedVolumes, choose, map_prepared, map_volumes
from radzoo.data.prepared.working import Working
from radzoo.data.prepared.working_volume import WorkingVolume
from radzoo.data.region import check_framing

Say = Callable[[str], object]
Finish = Callable[[Path, Index], None]
PLAIN: Final = Decoding()


@dataclass(frozen=True, slots=True)
class Filled:
    """A folder that is whole.

    Attributes:
        reused: was everything there already?
        blocks_kept: blocks that an earlier process, which was killed, had left.
    """

    index: Index
    reused: bool
    blocks_kept: int = 0


def prepare(
    cases: Sequence[Case],
    *,
    size: int,
    fit: str,
    interpolation: str,
    edge: int | None = None,
    decoding: Decoding = PLAIN,
    masked: bool = False,
    cache: Path,
    workers: int = 2,
    track: Track = iter,
    log: Say = lambda message: None,
) -> Prepared:
    """Decode `cases` through the guard, or find them decoded by an earlier run.

    Memory does not grow with the number of images. Cases of a folder that
    `radzoo data prepare` has made have their images there already.

    Args:
        cases: any number; files that cannot be read come back as refused.
        size: rows and columns of each image.
        fit: `pad`, `crop` or `squash`; see `resize.resize`.
        interpolation: `bilinear` or `bicubic`.
        edge: shorter edge before a crop, in pixels; None = `size`.
        decoding: window, exactness, and what is seen around regions.
        masked: are masks kept beside the images?
        cache: the cache root; the store goes to `prepared/` in it.
        workers: how many decoding children.
        track: shows progress over the cases.
        log: told if another process has to be waited for.

    Raises:
        EnvironmentFailure: if the cache cannot be written.
        InputError: if images that were prepared before have another size, fit or window, or
            nothing has the region that a margin is asked for.
        UsageError: if points are given no size.
        IntegrityError: if they were changed since.
    """
    working = Working(
        size, fit, interpolation, edge, exact=decoding.exact, window=decoding.window,
        masked=masked, framing=decoding.framing,
    )  # fmt: skip
    folder = find_folder(cases)
    check_framing(cases, working.framing)
    if folder is not None:
        return open_folder(folder, cases, working)
    key = key_of(cases, working)
    job = Job(key, cases, working, bind(decode_locally, workers=workers), track)
    return prepare_folder(cache / "prepared" / key, job, log=log)


def prepare_volumes(
    cases: Sequence[Case],
    working: WorkingVolume,
    *,
    cache: Path,
    workers: int = 2,
    track: Track = iter,
    log: Say = lambda message: None,
) -> PreparedVolumes:
    """Decode volumes through the guard, or find them decoded; see `prepare`.

    Raises:
        EnvironmentFailure: if the cache cannot be written.
        InputError: if what was prepared before is of another form.
        IntegrityError: if it was changed since.
    """
    folder = find_folder(cases)
    check_framing(cases, working.framing, spacing_mm=working.spacing_mm)
    if folder is not None:
        return open_volumes(folder, cases, working)
    key = key_of(cases, working)
    job = Job(key, cases, working, bind(decode_locally, workers=workers), track)
    folder = cache / "prepared" / key
    filled = fill_folder(folder, job, log=log)
    chosen = choose(filled.index, cases)
    return map_volumes(folder, filled.index, working, chosen, reused=filled.reused)


def prepare_folder(folder: Path, job: Job, *, log: Say) -> Prepared:
    """Make the images of a job in a folder, or find them there; see `fill_folder`.

    Raises:
        EnvironmentFailure: if it cannot be written.
    """
    filled = fill_folder(folder, job, log=log)
    assert isinstance(job.working, Working)
    return map_prepared(
        folder, filled.index, job.working, choose(filled.index, job.cases),
        reused=filled.reused, kept=filled.blocks_kept,
    )  # fmt: skip


def fill_folder(
    folder: Path, job: Job, *, finish: Finish = lambda folder, index: None, log: Say
) -> Filled:
    """Make the images or volumes of a job in a folder, or find them there.

    The folder takes its name when all images are in it; until then they are beside it, in
    `.NAME.partial`, where another process goes on if this one is killed.

    Args:
        folder: where they stand in the end.
        job: what is to be made.
        finish: adds to a folder that is whole but for its name.
        log: told if another process has to be waited for.

    Raises:
        EnvironmentFailure: if it cannot be written.
    """
    index = read_index(folder)
    if index is not None and index.key == job.key and not _damage(folder, index):
        return Filled(index, reused=True)
    kept = 0
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = folder.with_name(f".{folder.name}.lock")
        with alone(lock, lambda: log("another process prepares these images: waiting for it")):
            index, reused = _restore(folder, job)
            if index is None:
                index, kept = _make(folder, job, finish)
    except OSError as error:
        raise cannot_write(folder, error) from None
    return Filled(index, reused=reused, blocks_kept=kept)


def _restore(folder: Path, job: Job) -> tuple[Index | None, bool]:
    """Return the index of images that are there or can be mended, and if all were whole."""
    index = read_index(folder)
    if index is None or index.key != job.key:
        return None, False
    damaged = _damage(folder, index)
    if not damaged:
        return index, True
    return mend(folder, index, damaged, job), False


def _make(folder: Path, job: Job, finish: Finish) -> tuple[Index, int]:
    """Make the images beside their place, and put them there."""
    partial = folder.with_name(f".{folder.name}.partial")
    index, kept = build(partial, job)
    finish(partial, index)
    if folder.exists():
        old = folder.with_name(f".{folder.name}.old.partial")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)  # whoever has the old images mapped keeps them
        partial.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        partial.rename(folder)
    flush(folder.parent)
    return index, kept


def _damage(folder: Path, index: Index) -> list[int]:
    return find_damage(folder, index.blocks, index.working)

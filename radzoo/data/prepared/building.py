"""Filling a store block by block, and mending the blocks that were damaged."""

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from radzoo.core.case import Case
from radzoo.core.publish import publish_text
from radzoo.data.engines import Answers
from radzoo.data.guard import Answer, Request
from radzoo.data.prepared import journal
from radzoo.data.prepared.array_file import MASKS
from radzoo.data.prepared.arrays import Arrays, open_arrays
from radzoo.data.prepared.blocks import Block, count_images, plan_blocks, whole_start
from radzoo.data.prepared.form import Form, row_bytes
from radzoo.data.prepared.index import INDEX, Index, find_damage, read_index
from radzoo.data.prepared.kept import VolumeFacts
from radzoo.data.recipe import RECIPE_VERSION

Decode: TypeAlias = Callable[[Iterable[Request]], Answers]
Track: TypeAlias = Callable[[Iterable[Case]], Iterable[Case]]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be made.

    Attributes:
        key: names it; blocks of another key are not gone on with.
        decode: answers requests in their order.
        track: shows progress over the cases that are decoded.
    """

    key: str
    cases: Sequence[Case]
    working: Form
    decode: Decode
    track: Track = iter

    @property
    def plan(self) -> list[range]:
        """The cases of every block."""
        return plan_blocks(len(self.cases), row_bytes(self.working))


def build(folder: Path, job: Job) -> tuple[Index, int]:
    """Fill `folder` with images and index, going on from the blocks that are whole.

    Returns:
        The index, and how many blocks an earlier process had left.

    Raises:
        OSError: if the disk is full or the folder cannot be written; whole blocks stay.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = find_kept(folder, job)
    missing = job.plan[len(kept) :]
    check_room(folder, sum(map(len, missing)) * row_bytes(job.working))
    blocks = list(kept)
    if not job.working.masked:
        (folder / MASKS).unlink(missing_ok=True)  # of another form that was not finished
    with open_arrays(folder, job.working.arrays) as arrays:
        for block in write_blocks(arrays, missing, count_images(kept), job):
            arrays.sync()
            journal.append(folder / journal.JOURNAL, job.key, block)
            os.utime(folder)  # a sign of life for `radzoo cache prune`
            blocks.append(block)
        index = make_index(job, blocks)
        arrays.finish(index.n)
    publish_text(folder / INDEX, index.model_dump_json())
    (folder / journal.JOURNAL).unlink(missing_ok=True)
    return index, len(kept)


def find_kept(folder: Path, job: Job) -> list[Block]:
    """Return the blocks, from the first on, that are whole; only what fits its hash is."""
    index = read_index(folder)
    if index is not None and index.key == job.key:
        noted = list(index.blocks)
    else:
        noted = journal.read(folder / journal.JOURNAL, job.key)
    blocks = whole_start(noted, job.plan)
    damaged = find_damage(folder, blocks, job.working)
    return blocks[: damaged[0]] if damaged else blocks


def mend(folder: Path, index: Index, damaged: Sequence[int], job: Job) -> Index | None:
    """Decode damaged blocks again, in place.

    Whoever has the array mapped meanwhile sees right bytes take the place of wrong ones.

    Returns:
        The index; None if other cases are refused than before, so that all must be made anew.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    blocks = list(index.blocks)
    with open_arrays(folder, job.working.arrays) as arrays:
        ranges = [job.plan[place] for place in damaged]
        starts = [blocks[place].start for place in damaged]
        made = write_blocks(arrays, ranges, starts, job)
        for place, block in zip(damaged, made, strict=True):
            if block.refused != blocks[place].refused:
                return None
            blocks[place] = block
        arrays.finish(index.n)
    mended = index.model_copy(update={"blocks": tuple(blocks)})
    publish_text(folder / INDEX, mended.model_dump_json())
    return mended


def write_blocks(
    arrays: Arrays, ranges: Sequence[range], starts: int | Sequence[int], job: Job
) -> Iterator[Block]:
    """Decode the cases of some blocks and write their images.

    Args:
        arrays: the open files.
        ranges: the cases of each block.
        starts: the first image of each, or that of the first if they follow each other.
        job: what is made.
    """
    cases = [job.cases[number] for numbers in ranges for number in numbers]
    wanted = (job.working.request(case) for case in job.track(cases))
    start = starts if isinstance(starts, int) else 0
    with closing(job.decode(wanted)) as answers:
        for place, numbers in enumerate(ranges):
            begin = start if isinstance(starts, int) else starts[place]
            block = _write_block(arrays, numbers, begin, answers, job.working)
            start = begin + block.n
            yield block


def _write_block(
    arrays: Arrays, cases: range, start: int, answers: Iterator[Answer], working: Form
) -> Block:
    refused, facts, n = dict[int, str](), list[VolumeFacts](), 0
    arrays.begin_block()
    for number, answer in zip(cases, itertools.islice(answers, len(cases)), strict=True):
        kept = working.keep(answer) if answer.refused is None else None
        if kept is None:
            refused[number] = answer.refused or "undecodable"
            continue
        arrays.write_row(start + n, kept.parts)
        facts += [kept.facts] if kept.facts else []
        n += 1
    return Block(
        first=cases.start, n_cases=len(cases), start=start, n=n, sha256=arrays.sha256,
        facts=tuple(facts), refused=refused,
    )  # fmt: skip


def make_index(job: Job, blocks: Sequence[Block]) -> Index:
    """Describe a store whose blocks are all there."""
    images = job.working.arrays[0]
    return Index(
        key=job.key,
        recipe=RECIPE_VERSION,
        working=job.working,
        shape=images.shape,
        dtype=images.dtype.str,
        n=count_images(blocks),
        n_cases=len(job.cases),
        blocks=tuple(blocks),
    )


def check_room(folder: Path, wanted: int) -> None:
    """See that the images will fit, before any is decoded.

    Raises:
        OSError: if they will not.
    """
    if shutil.disk_usage(folder).free < wanted:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

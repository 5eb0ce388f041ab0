"""Blocks: some megabytes of images that are written, hashed and believed together."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from radzoo.data.prepared.kept import VolumeFacts

BLOCK_BYTES: Final = 8 * 1024**2
MOST_CASES: Final = 512
Count = Annotated[int, Field(ge=0)]


class Block(BaseModel):
    """Images that were written together.

    Attributes:
        first: the first case.
        n_cases: so many cases, refused ones among them.
        start: the first image in the array.
        n: so many images.
        sha256: of the bytes of these images; if there are masks, of both hashes.
        facts: of each, if they are volumes.
        refused: number of a case to the reason why it has no image.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Count
    n_cases: Count
    start: Count
    n: Count
    sha256: str
    facts: tuple[VolumeFacts, ...] = ()
    refused: dict[Count, str] = {}


def plan_blocks(n_cases: int, row_bytes: int) -> list[range]:
    """Divide cases into blocks of some megabytes."""
    step = max(1, min(MOST_CASES, BLOCK_BYTES // max(1, row_bytes)))
    return [range(first, min(first + step, n_cases)) for first in range(0, n_cases, step)]


def whole_start(blocks: Sequence[Block], plan: Sequence[range]) -> list[Block]:
    """Return the blocks up to the first that is missing or does not fit."""
    kept: list[Block] = []
    for block in blocks[: len(plan)]:
        if not _fits(block, plan[len(kept)], count_images(kept)):
            break
        kept.append(block)
    return kept


def count_images(blocks: Sequence[Block]) -> int:
    """Return how many images the blocks hold."""
    return blocks[-1].start + blocks[-1].n if blocks else 0


def _fits(block: Block, cases: range, start: int) -> bool:
    return (
        (block.first, block.n_cases, block.start) == (cases.start, len(cases), start)
        and len(block.facts) in (0, block.n)
        and block.n + len(block.refused) == block.n_cases
        and set(block.refused) <= set(cases)
    )

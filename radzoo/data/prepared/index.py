"""What stands in prepared images: `index.json`, and the blocks it is made of."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from radzoo.data.prepared.array_file import join_hashes
from radzoo.data.prepared.blocks import Block, Count, plan_blocks, whole_start
from radzoo.data.prepared.form import Form, row_bytes
from radzoo.data.prepared.kept import VolumeFacts

INDEX: Final = "index.json"
HASHERS: Final = 4


class Index(BaseModel):
    """`index.json`: how the images were made, and the hash of every block.

    Attributes:
        key: name of what they were made from; see `key.key_of`.
        recipe: version of the recipe that made the pixels.
        shape: of one image; `(rows, columns)`, or `(slices, rows, columns)` of a volume.
        dtype: of the array, as NumPy writes it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[2] = 2
    key: str
    recipe: int
    working: Form
    shape: tuple[Count, ...]
    dtype: str
    n: Count
    n_cases: Count
    blocks: tuple[Block, ...]

    @property
    def facts(self) -> tuple[VolumeFacts, ...]:
        """What is known of each row, if they are volumes."""
        return tuple(fact for block in self.blocks for fact in block.facts)

    @property
    def refused(self) -> dict[int, str]:
        """Number of a case to the reason why it has no image."""
        return {row: code for block in self.blocks for row, code in block.refused.items()}


def read_index(folder: Path) -> Index | None:
    """Return the index if there is one that makes sense; its blocks are not looked at."""
    try:
        index = Index.model_validate_json((folder / INDEX).read_bytes())
    except (OSError, ValidationError):
        return None
    plan = plan_blocks(index.n_cases, row_bytes(index.working))
    joined = len(index.blocks) == len(plan) == len(whole_start(index.blocks, plan))
    whole = joined and index.n == sum(block.n for block in index.blocks)
    images = index.working.arrays[0]
    right = index.shape == images.shape and index.dtype == images.dtype.str
    return index if whole and right else None


def find_damage(folder: Path, blocks: Sequence[Block], form: Form) -> list[int]:
    """Return which blocks do not have the bytes that were written; several are read at a time."""

    def is_damaged(block: Block) -> bool:
        hashes = [array.hash_rows(folder, block.start, block.n) for array in form.arrays]
        return join_hashes(hashes) != block.sha256

    with ThreadPoolExecutor(min(HASHERS, os.cpu_count() or 1)) as pool:
        return [place for place, bad in enumerate(pool.map(is_damaged, blocks)) if bad]

"""What preparing gives: images on the disk, and the cases they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case, Refused
from radzoo.data.prepared.array_file import IMAGES, map_images
from radzoo.data.prepared.index import Index
from radzoo.data.prepared.working import Working
from radzoo.data.refusal import describe_reason


@dataclass(frozen=True, slots=True)
class Prepared:
    """Decoded images and the cases they belong to.

    Attributes:
        images: uint16 or uint8 `(any, size, size)`, read-only and memory-mapped; 0 = black
            (air), the highest value = the densest of the windowed range.
        rows: `(n_cases,)`, which of the images each case has.
        cases: those that were decoded, in the order given.
        refused: the others, each with its reason.
        recipe: version of the recipe that made the pixels.
        working: how they were made, which may be better than was asked for.
        reused: were they found from an earlier run?
        whole: the images with their margins, `(any, size + 2 margin, size + 2 margin)`.
        blocks_kept: blocks that an earlier process, which was killed, had left.
    """

    images: NDArray[Any]
    rows: NDArray[np.int64]
    cases: tuple[Case, ...]
    refused: tuple[Refused, ...]
    recipe: int
    working: Working
    reused: bool
    whole: NDArray[Any]
    blocks_kept: int = 0


def collect(folder: Path, index: Index, cases: Sequence[Case], *, reused: bool) -> Prepared:
    """Return images that are all there, with their cases."""
    codes = index.refused
    whole = map_images(folder / IMAGES, index.n, index.shape, index.working.stored)
    return Prepared(
        images=without_margin(whole, index.working.margin),
        rows=np.arange(index.n, dtype=np.int64),
        cases=tuple(case for number, case in enumerate(cases) if number not in codes),
        refused=tuple(
            Refused(cases[number].case_id, describe_reason(code)) for number, code in codes.items()
        ),
        recipe=index.recipe,
        working=index.working,
        reused=reused,
        whole=whole,
    )


def without_margin(whole: NDArray[Any], margin: int) -> NDArray[Any]:
    """Return the middle of each image; nothing is copied."""
    return whole[:, margin:-margin, margin:-margin] if margin else whole

"""What preparing gives: images or volumes on the disk, and the cases they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case, Refused
from radzoo.data.prepared.index import Index
from radzoo.data.prepared.kept import VolumeFacts
from radzoo.data.prepared.working import Working
from radzoo.data.prepared.working_volume import WorkingVolume
from radzoo.data.refusal import describe_reason


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases and the rows of the arrays that are theirs.

    Attributes:
        rows: `(n_cases,)`, which row each case has.
        cases: those that were decoded, in the order given.
        refused: the others, each with its reason.
    """

    rows: NDArray[np.int64]
    cases: tuple[Case, ...]
    refused: tuple[Refused, ...]


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
        masks: uint16 numbers, as `images`; None if masks were not prepared.
        whole_masks: the masks with their margins.
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
    masks: NDArray[np.uint16] | None = None
    whole_masks: NDArray[np.uint16] | None = None

    @property
    def margin(self) -> int:
        """Pixels beyond the images, on every side, that all of them have."""
        return self.working.beyond

    @property
    def wide(self) -> NDArray[Any]:
        """The images with `margin` pixels more; a margin that is only black is left out."""
        return without_margin(self.whole, self.working.margin - self.margin)


@dataclass(frozen=True, slots=True)
class PreparedVolumes:
    """Decoded volumes and the cases they belong to.

    Attributes:
        images: uint16 or uint8 `(any, slices, rows, columns)` in the canonical orientation,
            read-only and memory-mapped; `facts` say what their values mean.
        rows: `(n_cases,)`, which of the volumes each case has.
        cases: those that were decoded, in the order given.
        refused: the others, each with its reason.
        facts: of each case: spacing, place in the patient, range of values.
        masks: uint16 numbers, as `images`; None if masks were not prepared.
        recipe: version of the recipe that made the voxels.
        working: how they were made.
        reused: were they found from an earlier run?
        whole: the volumes with their margins.
        whole_masks: the masks with theirs.
    """

    images: NDArray[Any]
    rows: NDArray[np.int64]
    cases: tuple[Case, ...]
    refused: tuple[Refused, ...]
    facts: tuple[VolumeFacts, ...]
    masks: NDArray[np.uint16] | None
    recipe: int
    working: WorkingVolume
    reused: bool
    whole: NDArray[Any]
    whole_masks: NDArray[np.uint16] | None


def choose(index: Index, cases: Sequence[Case]) -> Chosen:
    """Return which of the cases that a store was made of have a row in it."""
    codes = index.refused
    return Chosen(
        rows=np.arange(index.n, dtype=np.int64),
        cases=tuple(case for number, case in enumerate(cases) if number not in codes),
        refused=tuple(
            Refused(cases[number].case_id, describe_reason(code)) for number, code in codes.items()
        ),
    )


def map_prepared(
    folder: Path, index: Index, working: Working, chosen: Chosen, *, reused: bool, kept: int = 0
) -> Prepared:
    """Return images that are all there, with their cases."""
    whole, *others = (array.map(folder, index.n) for array in working.arrays)
    masks = others[0] if others else None
    return Prepared(
        images=without_margin(whole, working.margin),
        rows=chosen.rows,
        cases=chosen.cases,
        refused=chosen.refused,
        recipe=index.recipe,
        working=working,
        reused=reused,
        whole=whole,
        blocks_kept=kept,
        masks=None if masks is None else without_margin(masks, working.margin),
        whole_masks=masks,
    )


def map_volumes(
    folder: Path, index: Index, working: WorkingVolume, chosen: Chosen, *, reused: bool
) -> PreparedVolumes:
    """Return volumes that are all there, with their cases."""
    whole, *others = (array.map(folder, index.n) for array in working.arrays)
    masks = others[0] if others else None
    facts = index.facts
    return PreparedVolumes(
        images=without_margin(whole, working.margin),
        rows=chosen.rows,
        cases=chosen.cases,
        refused=chosen.refused,
        facts=tuple(facts[row] for row in chosen.rows),
        masks=None if masks is None else without_margin(masks, working.margin),
        recipe=index.recipe,
        working=working,
        reused=reused,
        whole=whole,
        whole_masks=masks,
    )


def without_margin(whole: NDArray[Any], margin: int) -> NDArray[Any]:
    """Return the middle of each image or volume; nothing is copied."""
    if not margin:
        return whole
    return whole[(slice(None), *[slice(margin, -margin)] * (whole.ndim - 1))]

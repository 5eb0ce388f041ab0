"""Where a region lies in an image, and which step from pixel to pixel shows it.

Along an axis of n pixels, pixel 0 reaches from 0 to 1 and the last one to n. Spans are those of
the array as it is read: rows and columns, or slices, rows and columns in the canonical
orientation. What a table says is counted in the voxels of the file as it is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case, Region
from radzoo.core.decoding import WHOLE, Framing
from radzoo.core.errors import InputError, UsageError
from radzoo.core.orientation import Turn
from radzoo.data.refusal import ImageRefused

NUMBERS: Final = {"box": 2, "point": 1}
"""How many numbers say a region, for each axis."""


class Span(NamedTuple):
    """A part of one axis, in pixels and parts of pixels."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The point half-way."""
        return (self.low + self.high) / 2

    @property
    def length(self) -> float:
        """Pixels from end to end."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be seen of an image.

    Attributes:
        region: the part that is meant; None = all.
        framing: how much around it, and at which scale.
        mask, mask_member: where the region is read from, if it is a mask.
        beyond: pixels on every side beyond the size that the scale follows from.
    """

    region: Region | None = None
    framing: Framing = WHOLE
    mask: Path | None = None
    mask_member: str = ""
    beyond: int = 0

    @property
    def whole(self) -> bool:
        """Is all of an image seen, as if there were no regions?"""
        return self.region is None and self.framing.mm_per_pixel is None

    @property
    def around_mm(self) -> float:
        """How far the region that was found is seen beyond, on every side."""
        point = self.region is not None and self.region.kind == "point"
        return self.framing.margin_mm + (self.framing.size_mm / 2 if point else 0.0)


ALL: Final = Sight()
"""All of an image, as it comes."""


def needs_mask(case: Case, *, masked: bool) -> bool:
    """Is the mask of a case read: for its labels, or because it says the region?"""
    return masked or (case.region is not None and case.region.kind == "mask")


def check_framing(
    cases: Sequence[Case], framing: Framing, *, spacing_mm: Sequence[float] | None = None
) -> None:
    """See whether what is asked for goes with the cases.

    Args:
        cases: with or without regions.
        framing: how much is to be seen around them.
        spacing_mm: of volumes that are brought to one; None = they are not.

    Raises:
        InputError: if a margin or a size is asked for and no case has a region.
        UsageError: if points are given no size, or two scales are asked for.
    """
    kinds = {case.region.kind for case in cases if case.region is not None}
    if (framing.margin_mm or framing.size_mm) and not kinds:
        raise InputError(
            "--region-margin or --region-size was given, and no case has a region",
            id="no-regions",
            hint="regions stand in a column bbox, mask or point: --region says which",
        )
    scaled = framing.mm_per_pixel is not None or spacing_mm is not None
    if "point" in kinds and not framing.size_mm and not scaled:
        raise UsageError(
            "regions that are points have no size of their own",
            id="no-region-size",
            hint="--region-size 30 shows 30 mm; --mm-per-pixel 0.5 shows that scale",
        )
    if framing.mm_per_pixel is not None and spacing_mm is not None:
        raise UsageError(
            f"--mm-per-pixel {framing.mm_per_pixel:g} was given beside the spacing of volumes",
            id="two-scales",
            hint="leave one of them out",
        )


def find_spans(
    region: Region | None,
    shape: Sequence[int],
    *,
    turn: Turn | None = None,
    labels: NDArray[Any] | None = None,
) -> tuple[Span, ...]:
    """Return the part of each axis that the region takes; all if there is no region.

    Args:
        region: as the table says it.
        shape: of the array as it is read.
        turn: that made the array from the stored one; None = it was not turned.
        labels: of that shape, if the region is a mask.

    Raises:
        ImageRefused: if the region has no size, other axes than the image, or lies outside.
    """
    if region is None:
        return tuple(Span(0.0, float(length)) for length in shape)
    if region.kind == "mask":
        return _labelled(labels, region.numbers)
    spans = _as_said(region, len(shape))
    if turn is not None:
        spans = _turned(spans, turn, shape)
    for span, length in zip(spans, shape, strict=True):
        if span.high < 0 or span.low > length or (span.length and span.low == length):
            raise ImageRefused("region-outside")
        if span.length and span.high == 0:
            raise ImageRefused("region-outside")
    return spans


def find_steps(
    spans: Sequence[Span],
    sizes: Sequence[int],
    spacing_mm: Sequence[float] | None,
    sight: Sight,
    *,
    squash: bool = False,
) -> list[float]:
    """Return the step from one pixel that is shown to the next, in pixels of the image.

    Unless they are squashed, regions keep the proportions that they have in the patient, as
    far as the file says them.

    Args:
        spans: the region.
        sizes: pixels that are shown along each axis.
        spacing_mm: of the image's pixels; None if not known.
        sight: the margin, and the scale if there is one.
        squash: bring the region to the sizes whatever its proportions.

    Raises:
        ImageRefused: `no-spacing` if millimetres are asked for and the spacing is not known;
            `region-empty` if nothing gives the region a size.
    """
    scale = sight.framing.mm_per_pixel
    if spacing_mm is None and (scale or sight.around_mm):
        raise ImageRefused("no-spacing")
    own = tuple(spacing_mm or (1.0,) * len(spans))
    if scale:
        return [scale / step for step in own]
    seen = [span.length + 2 * sight.around_mm / step for span, step in zip(spans, own, strict=True)]
    if not max(seen) > 0 or (squash and not min(seen) > 0):
        raise ImageRefused("region-empty")
    if squash:
        return [length / size for length, size in zip(seen, sizes, strict=True)]
    even = max(length * step / size for length, step, size in zip(seen, own, sizes, strict=True))
    return [even / step for step in own]


def _as_said(region: Region, axes: int) -> tuple[Span, ...]:
    """Return the spans of a box or a point along the stored axes, the last number's first."""
    numbers = region.numbers
    if len(numbers) != axes * NUMBERS[region.kind]:
        raise ImageRefused("region-axes")
    if not all(isfinite(number) for number in numbers):
        raise ImageRefused("region-empty")
    first = numbers[:axes][::-1]
    if region.kind == "point":  # the middle of the pixel of that number
        return tuple(Span(number + 0.5, number + 0.5) for number in first)
    lengths = numbers[axes:][::-1]
    if min(lengths) <= 0:
        raise ImageRefused("region-empty")
    return tuple(Span(low, low + length) for low, length in zip(first, lengths, strict=True))


def _turned(spans: Sequence[Span], turn: Turn, shape: Sequence[int]) -> tuple[Span, ...]:
    moved = []
    for place, (axis, flip) in enumerate(zip(turn.order, turn.flips, strict=True)):
        low, high = spans[axis]
        moved.append(Span(shape[place] - high, shape[place] - low) if flip else Span(low, high))
    return tuple(moved)


def _labelled(labels: NDArray[Any] | None, numbers: Sequence[float]) -> tuple[Span, ...]:
    """Return the smallest box around the labels that count."""
    if labels is None:
        raise ImageRefused("no-region")
    inside = np.isin(labels, np.asarray(numbers)) if numbers else labels != 0
    spans = []
    for axis in range(labels.ndim):
        others = tuple(other for other in range(labels.ndim) if other != axis)
        there = np.flatnonzero(inside.any(axis=others))
        if not there.size:
            raise ImageRefused("empty-mask")
        spans.append(Span(float(there[0]), float(there[-1] + 1)))
    return tuple(spans)

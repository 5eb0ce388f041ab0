"""The square of an image that is seen around a region; black where the image ends."""

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Image, Region
from radzoo.core.orientation import find_turn
from radzoo.data.door import check_pixels, read_head
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.readers.magic import is_nifti
from radzoo.data.refusal import ImageRefused
from radzoo.data.region import NUMBERS, Sight, Span, find_spans, find_steps
from radzoo.data.resize import Target, scale

REACH: Final = {"bilinear": 1.0, "bicubic": 2.0}
"""How far a filter reaches, in steps."""
Pixels = NDArray[np.float32]
Labels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class View:
    """What of an image is seen, along rows and columns.

    Attributes:
        region: where the region lies.
        seen: the square around it, which may reach beyond the image.
    """

    region: tuple[Span, Span]
    seen: tuple[Span, Span]


def find_view(place: ImagePlace, image: Image, target: Target, sight: Sight) -> View:
    """Return the region of an image, and the square around it.

    Args:
        place: where the image was read from.
        image: as it was read.
        target: the square that is wanted, with the pixels beyond its size.
        sight: what is to be seen.

    Raises:
        ImageRefused: if the region cannot be used.
    """
    region = find_region(place, image, sight)
    inner = target.size - 2 * sight.beyond
    squash = target.fit == "squash"
    steps = find_steps(region, (inner, inner), image.spacing_mm, sight, squash=squash)
    half = target.size / 2
    rows, columns = (
        Span(span.middle - half * step, span.middle + half * step)
        for span, step in zip(region, steps, strict=True)
    )
    return View(region, (rows, columns))


def find_region(place: ImagePlace, image: Image, sight: Sight) -> tuple[Span, Span]:
    """Return rows and columns of the region of an image, or all of them.

    Raises:
        ImageRefused: if the region cannot be used.
    """
    region, shape = sight.region, image.pixels.shape
    if region is not None and is_nifti(read_head(place.path)):
        return _hung(place, region, sight)
    rows, columns = find_spans(region, shape, labels=_labels(place, sight, shape))
    return rows, columns


def crop(pixels: Pixels, seen: tuple[Span, Span], size: int, interpolation: str) -> Pixels:
    """Return `(size, size)`: the part of `pixels` that is seen, black beyond the image.

    The same as if the image were padded with black without end and then resampled.

    Raises:
        ImageRefused: `too-many-pixels` if one pixel of the result would show too many.
    """
    square = np.zeros((size, size), np.float32)
    rows, columns = (
        _Strip.of(span, length, size, REACH[interpolation])
        for span, length in zip(seen, pixels.shape, strict=True)
    )
    if not (rows.count and columns.count):
        return square
    check_pixels(rows.stop - rows.start, columns.stop - columns.start)
    source = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    source[rows.filled, columns.filled] = pixels[rows.there, columns.there]
    box = (columns.low, rows.low, columns.high, rows.high)
    inner = scale(source, rows.count, columns.count, interpolation, box)
    square[rows.first : rows.first + rows.count, columns.first : columns.first + columns.count] = (
        inner
    )
    return square


@dataclass(frozen=True, slots=True)
class _Strip:
    """One axis: which pixels of the result see the image, and what they are made from.

    Attributes:
        first, count: the pixels of the result that are not certainly black.
        start, stop: the pixels of the image that count for them, beyond its ends as well.
        length: pixels that the image has.
        low, high: where the first of them begins and the last ends, counted from `start`.
    """

    first: int
    count: int
    start: int
    stop: int
    length: int
    low: float
    high: float

    @classmethod
    def of(cls, seen: Span, length: int, size: int, reach: float) -> "_Strip":
        step = seen.length / size
        support = reach * max(1.0, step)
        first = max(0, floor((-support - seen.low) / step - 0.5))
        last = min(size, ceil((length + support - seen.low) / step + 0.5))
        low, high = seen.low + first * step, seen.low + last * step
        start, stop = floor(low - support) - 1, ceil(high + support) + 1
        return cls(first, max(0, last - first), start, stop, length, low - start, high - start)

    @property
    def there(self) -> slice:
        """The pixels of the image that there are."""
        return slice(max(0, self.start), max(0, min(self.length, self.stop)))

    @property
    def filled(self) -> slice:
        """Where they stand among those that count."""
        return slice(self.there.start - self.start, self.there.stop - self.start)


def _labels(place: ImagePlace, sight: Sight, shape: tuple[int, ...]) -> Labels | None:
    if sight.region is None or sight.region.kind != "mask" or sight.mask is None:
        return None
    labels = read_mask(sight.mask, sight.mask_member, place).labels
    if labels.shape != shape:
        raise ImageRefused("mask-size")
    return labels


def _hung(place: ImagePlace, region: Region, sight: Sight) -> tuple[Span, Span]:
    """Return rows and columns of a region in the one slice of a NIfTI file, as it is hung."""
    from radzoo.data.volume.nifti import nifti_place

    claim, _ = nifti_place(place.path)
    turn = find_turn(claim.affine)
    slices, rows, columns = (claim.shape[axis] for axis in turn.order)
    flat = (slices, rows, columns).index(1)
    spans = find_spans(
        _with_axis(region, 2 - turn.order[flat]), (slices, rows, columns), turn=turn,
        labels=_labels(place, sight, (slices, rows, columns)),
    )  # fmt: skip
    down, across = (span for axis, span in enumerate(spans) if axis != flat)
    if flat == 0:
        return down, across
    high = slices  # which are its rows then; its head is up
    return Span(high - down.high, high - down.low), across


def _with_axis(region: Region, place: int) -> Region:
    """Add the axis of one voxel that a file of one slice has, if it is left out."""
    if region.kind == "mask" or len(region.numbers) != 2 * NUMBERS[region.kind]:
        return region
    start, length = region.numbers[:2], region.numbers[2:]
    whole = (*start[:place], 0.0, *start[place:])
    if length:
        whole += (*length[:place], 1.0, *length[place:])
    return replace(region, numbers=whole)

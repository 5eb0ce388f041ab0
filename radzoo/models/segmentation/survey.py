"""What is found out of every case before its patches are drawn: where there is anything."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.segmentation import UNDECLARED
from radzoo.models.segmentation.greys import Box, Greys, find_box, join_boxes

PLACES: Final = 16_384
"""Of the voxels of structures so many are remembered of each case, all structures together."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What is known of a case.

    Attributes:
        box: everything that is not black, and every structure.
        greys: how its values are normalised.
        places: of every structure that it has, some of its voxels: numbers of the voxels in
            the array of the case.
    """

    box: Box
    greys: Greys
    places: tuple[NDArray[np.int64], ...]


def survey(stored: NDArray[Any], classes: NDArray[np.uint8], greys: Greys) -> Surveyed:
    """Look through a case once.

    Args:
        stored: its image `(*space)`.
        classes: its mask, as class numbers.
        greys: how its values are normalised.
    """
    there = np.flatnonzero((classes > 0) & (classes != UNDECLARED))
    numbers = classes.ravel()[there]
    order = np.argsort(numbers, kind="stable")
    ends = np.flatnonzero(np.diff(numbers[order])) + 1
    every = [there[part] for part in np.split(order, ends) if part.size]
    most = max(1, PLACES // max(1, len(every)))
    boxes = [find_box(stored), *([find_box(classes % UNDECLARED)] if every else [])]
    return Surveyed(join_boxes(boxes), greys, tuple(thin_out(places, most) for places in every))


def thin_out(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return at most so many of them, evenly from first to last."""
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).astype(np.int64)]

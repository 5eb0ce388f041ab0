"""What becomes of every patch in every epoch: where it lies, and how it is changed.

All of it follows from the seed, the epoch and the number of the patch: a training that is gone
on with, or that has other batches, sees the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.segmentation import SegmentationPlan
from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.samples import AUGMENTATION, generator
from radzoo.models.segmentation.greys import Box
from radzoo.models.segmentation.survey import Surveyed

ON_STRUCTURES: Final = 1 / 3
"""Share of the patches whose middle lies in a structure, every one as often."""
COARSE: Final = 3.0
"""From this ratio of spacings on, volumes are turned within their slices alone."""


@dataclass(frozen=True, slots=True)
class Fate:
    """A patch.

    Attributes:
        start: its first voxel in the array of the case, along each axis; may lie outside.
        matrix: from places in the patch to those in the case, both from the patch's middle,
            in voxels `(axes, axes)`.
        greys: uniform in [0, 1): gamma, contrast, brightness, noise.
        key: from which its noise follows.
    """

    start: tuple[int, ...]
    matrix: NDArray[np.float64]
    greys: NDArray[np.float64]
    key: int


def draw_fate(
    surveyed: Surveyed,
    plan: SegmentationPlan,
    shape: Sequence[int],
    strength: Augmentation,
    *,
    seed: int,
    epoch: int,
    number: int,
) -> Fate:
    """Draw where a patch lies and how it is changed.

    Args:
        surveyed: the case.
        plan: its patch and spacing.
        shape: of the array of the case.
        strength: largest change of each kind.
        seed: of the recipe.
        epoch: from 1.
        number: of the patch.
    """
    chance = generator(seed, epoch, AUGMENTATION, number)
    axes = len(shape)
    wanted, which, where = chance.random(3)
    spread, moved = chance.random(axes), chance.random(axes)
    turns, bigger, mirrored = chance.random(3), chance.random(), chance.random(2)
    greys, key = chance.random(4), int(chance.integers(2**62))
    middle = None
    if wanted < ON_STRUCTURES and surveyed.places:
        places = surveyed.places[int(which * len(surveyed.places))]
        middle = np.unravel_index(places[int(where * len(places))], tuple(shape))
    start = place(surveyed.box, plan.patch, middle, spread, (2 * moved - 1) * strength.shift)
    return Fate(start, find_matrix(plan, strength, turns, bigger, mirrored), greys, key)


def place(
    box: Box,
    patch: Sequence[int],
    middle: Sequence[np.intp] | None,
    spread: NDArray[np.float64],
    moved: NDArray[np.float64],
) -> tuple[int, ...]:
    """Return where a patch begins: inside the box, in its middle if the box is smaller.

    Args:
        box: of the case.
        patch: edges of the patch.
        middle: a voxel that is to lie in the middle, as far as the box allows; None = anywhere.
        spread: `(axes,)` in [0, 1): where, then.
        moved: `(axes,)`, shift of a patch that has the box inside it, as a share of its edge.
    """
    starts = []
    for axis, edge in enumerate(patch):
        first, last = box[axis].start, box[axis].stop - edge
        if last <= first:
            start = (first + last) // 2 + round(moved[axis] * edge)
        elif middle is None:
            start = first + int(spread[axis] * (last - first + 1))
        else:
            start = min(max(int(middle[axis]) - edge // 2, first), last)
        starts.append(start)
    return tuple(starts)


def find_matrix(
    plan: SegmentationPlan,
    strength: Augmentation,
    turns: NDArray[np.float64],
    bigger: float,
    mirrored: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the matrix that turns, magnifies and mirrors: in millimetres, given in voxels.

    Args:
        plan: dimensions and spacing.
        strength: largest change of each kind.
        turns: in [0, 1), for the planes of the last two axes, of the first and the last, of
            the first two.
        bigger: in [0, 1): the magnification.
        mirrored: in [0, 1): left and right, top and bottom.
    """
    axes = plan.dimensions
    spacing = np.array(plan.spacing_mm if axes == 3 and plan.spacing_mm else (1.0,) * axes)
    planes = [(axes - 2, axes - 1)]
    if axes == 3 and spacing.max() / spacing.min() < COARSE:
        planes += [(0, 2), (0, 1)]
    elif axes == 3:
        coarse = int(np.argmax(spacing))
        planes = [tuple(axis for axis in range(3) if axis != coarse)]  # type: ignore[list-item]  # two are left
    matrix: NDArray[np.float64] = np.eye(axes)
    for turn, (first, second) in zip(turns, planes, strict=False):
        angle = (2 * turn - 1) * np.radians(strength.rotation_degrees)
        rotation = np.eye(axes)
        rotation[first, first] = rotation[second, second] = np.cos(angle)
        rotation[first, second], rotation[second, first] = -np.sin(angle), np.sin(angle)
        matrix = matrix @ rotation
    matrix *= np.exp((2 * bigger - 1) * strength.scale)
    matrix = matrix * spacing / spacing[:, None]
    if strength.mirror and mirrored[0] < 0.5:
        matrix[:, -1] *= -1
    if strength.upside_down and mirrored[1] < 0.5:
        matrix[:, -2] *= -1
    return matrix


def mirrored_axes(strength: Augmentation, dimensions: int) -> tuple[int, ...]:
    """Return the axes of space along which training mirrors, for `sliding.segment`."""
    last = dimensions - 1
    sides = ((last - 1, strength.upside_down), (last, strength.mirror))
    return tuple(axis for axis, mirrors in sides if mirrors)


def find_reach(plan: SegmentationPlan, strength: Augmentation) -> tuple[int, ...]:
    """Return how many voxels beyond a patch its turned and magnified form may reach."""
    if not strength.moves:
        return (0,) * plan.dimensions
    edges = np.array(plan.patch, dtype=float)
    spacing = np.array(
        plan.spacing_mm if plan.dimensions == 3 and plan.spacing_mm else (1.0,) * plan.dimensions
    )
    lengths = edges * spacing
    slant = np.sin(np.radians(strength.rotation_degrees))
    widest = (lengths + slant * (lengths.sum() - lengths)) * np.exp(strength.scale) / spacing
    return tuple(int(n) for n in np.ceil((widest - edges) / 2).clip(min=0))

"""Planes in space that form one evenly spaced stack, or the reason why they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Affine
from radzoo.data.refusal import ImageRefused

TOLERANCE_MM: Final = 0.1
SAME_PLACE_MM: Final = 0.01
SAME_DIRECTION: Final = 1e-3
SAME_SPACING: Final = 1e-3
TILT: Final = 0.01

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Where one image lies in the patient, in mm, LPS.

    Attributes:
        position: centre of the first pixel.
        row_step: from a row to the next (down the image).
        column_step: from a column to the next (to the right in the image).
        thickness_mm: distance to the next slice as far as the header says; for a lone slice.
        frame_of_reference: hash of the UID; positions of two cannot be compared.
    """

    position: Vector
    row_step: Vector
    column_step: Vector
    rows: int
    columns: int
    thickness_mm: float | None = None
    frame_of_reference: str = ""

    @property
    def normal(self) -> Vector:
        """Unit vector at right angles to the plane."""
        across = np.cross(self.column_step, self.row_step)
        return np.asarray(across / np.linalg.norm(across), dtype=np.float64)

    @property
    def key(self) -> tuple[float, ...]:
        """Sorts planes the same way whatever order they came in."""
        return (*self.position, *self.row_step, *self.column_step)

    def affine(self, slice_step: Vector) -> Affine:
        """Return `(slice, row, column, 1)` to mm for a stack that begins with this plane."""
        affine = np.eye(4)
        affine[:3] = np.stack([slice_step, self.row_step, self.column_step, self.position], axis=1)
        return affine


@dataclass(frozen=True, slots=True)
class Stack:
    """Planes in the order of their place along the normal.

    Attributes:
        places: for each slice the planes there; more than one if they may be copies.
        affine: `(slice, row, column, 1)` to mm; its slice axis may be oblique (`tilted`).
    """

    places: tuple[tuple[int, ...], ...]
    affine: Affine
    tilted: bool


def stack(planes: Sequence[Plane]) -> Stack:
    """Sort planes by their position along the normal, and check that they are one stack.

    Neither names nor instance numbers play a part, so any order of `planes` gives the same.

    Raises:
        ImageRefused: `mixed-...`, `missing-slices`, `uneven-slices` or `no-geometry`.
    """
    _check_alike(planes)
    first = min(planes, key=lambda plane: plane.key)
    heights = np.array([float(plane.position @ first.normal) for plane in planes])
    places = _group(planes, heights)
    chosen = [planes[group[0]] for group in places]
    if len(chosen) == 1:
        return Stack(places, chosen[0].affine(_lone_step(chosen[0])), tilted=False)
    positions = np.stack([plane.position for plane in chosen])
    step = (positions[-1] - positions[0]) / (len(chosen) - 1)
    _check_even(positions, step, np.sort([heights[group[0]] for group in places]))
    aside = np.linalg.norm(step - (step @ first.normal) * first.normal)
    tilted = bool(aside > TILT * np.linalg.norm(step))
    return Stack(places, chosen[0].affine(step), tilted)


def _check_alike(planes: Sequence[Plane]) -> None:
    if len({(plane.rows, plane.columns) for plane in planes}) > 1:
        raise ImageRefused("mixed-sizes")
    if len({plane.frame_of_reference for plane in planes}) > 1:
        raise ImageRefused("mixed-frames-of-reference")
    for steps in (
        np.stack([plane.row_step for plane in planes]),
        np.stack([plane.column_step for plane in planes]),
    ):
        lengths = np.linalg.norm(steps, axis=1)
        directions = steps / lengths[:, None]
        if np.ptp(directions, axis=0).max() > SAME_DIRECTION:
            raise ImageRefused("mixed-orientations")
        if np.ptp(lengths) > SAME_SPACING * lengths.max():
            raise ImageRefused("mixed-spacings")


def _group(planes: Sequence[Plane], heights: NDArray[Any]) -> tuple[tuple[int, ...], ...]:
    """Return planes from the lowest to the highest; those at one height come together."""
    order = sorted(range(len(planes)), key=lambda item: (heights[item], planes[item].key))
    places: list[list[int]] = []
    for item in order:
        if places and heights[item] - heights[places[-1][0]] < SAME_PLACE_MM:
            places[-1].append(item)
        else:
            places.append([item])
    for place in places:
        if any(_apart(planes[item], planes[place[0]]) for item in place):
            raise ImageRefused("uneven-slices")  # side by side: tiles, not a stack
    return tuple(map(tuple, places))


def _apart(one: Plane, other: Plane) -> bool:
    return bool(np.linalg.norm(one.position - other.position) > TOLERANCE_MM)


def _check_even(positions: NDArray[Any], step: Vector, heights: NDArray[Any]) -> None:
    """Every slice must lie within 0.1 mm, or a quarter of the step, of its even place."""
    even = positions[0] + np.arange(len(positions))[:, None] * step
    residual = np.linalg.norm(positions - even, axis=1).max()
    if residual <= min(TOLERANCE_MM, float(np.linalg.norm(step)) / 4):
        return
    steps = np.diff(heights)
    multiples = steps / steps.min()
    whole = np.abs(multiples - np.round(multiples)) <= np.maximum(TOLERANCE_MM / steps.min(), 0.02)
    if whole.all() and np.round(multiples).max() >= 2:
        lacking = np.round(multiples).astype(int) - 1
        first = int(np.flatnonzero(lacking)[0]) + 1
        gaps = int(np.count_nonzero(lacking))
        raise ImageRefused(
            "missing-slices", int(lacking.sum()), gaps, first, len(heights), float(steps.min())
        )
    raise ImageRefused("uneven-slices")


def _lone_step(plane: Plane) -> Vector:
    if plane.thickness_mm is None:
        raise ImageRefused("no-geometry")
    return np.asarray(plane.normal * plane.thickness_mm, dtype=np.float64)

"""DICOM RT structure sets: contours filled on the slices of their image."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from radzoo.core.volume import Mask
from radzoo.data.mask.labels import HIGHEST, shown_name
from radzoo.data.mask.placing import Labels, lies_on
from radzoo.data.mask.polygon import Points, fill
from radzoo.data.patients import hash_identifier
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.grid import Grid
from radzoo.data.volume.stack import TOLERANCE_MM

ROI: Final = "roi/"
STRUCTURES: Final = ("StructureSetROISequence", "ROIContourSequence")
CLOSED: Final = ("CLOSED_PLANAR", "CLOSED_PLANAR_XOR", "CLOSEDPLANAR_XOR")
MAX_CORNERS: Final = 20_000_000

Place = tuple[int, int]
Slices = Mapping[Place, list[Points]]
"""Contours by the plane of voxels that they lie on: axis of the grid, and index along it."""


def read_contours(dataset: Dataset, member: str, grid: Grid) -> Mask:
    """Fill the contours of a structure set on the grid of its image.

    A voxel belongs to a region if its centre lies within an odd number of its contours on
    that slice: holes are holes, drawn apart or by a keyhole. Nothing is filled in between
    slices. Regions that overlap are refused, unless `member` (`roi/2`) names the one wanted.

    Raises:
        ImageRefused: if it has no such region, or does not belong to the image.
    """
    if grid.affine is None or not grid.frame_of_reference:
        raise ImageRefused("no-geometry")
    names = _names(dataset, grid)
    wanted = _choose(member, names)
    remarks: Counter[str] = Counter()
    labels: Labels = np.zeros(grid.shape, dtype=np.uint16)
    used: dict[int, str] = {}
    for region in dataset.get("ROIContourSequence") or ():
        number = int(region.ReferencedROINumber)
        if number in wanted:
            slices = _place(region, grid, remarks)
            _draw(labels, slices, number)
            used |= {number: names[number]} if slices else {}
    if not used:
        raise ImageRefused("no-mask")
    affine = None if grid.flat else grid.affine
    return Mask(labels[0] if grid.flat else labels, used, affine, dict(remarks))


def _names(dataset: Dataset, grid: Grid) -> dict[int, str]:
    """Return the regions drawn in the image's own frame of reference."""
    names, others = {}, 0
    for region in dataset.get("StructureSetROISequence") or ():
        number = int(region.ROINumber)
        frame = hash_identifier(str(region.get("ReferencedFrameOfReferenceUID") or ""))
        if frame != grid.frame_of_reference:
            others += 1
        elif 1 <= number <= HIGHEST:
            names[number] = shown_name(region.get("ROIName"), number)
        else:
            raise ImageRefused("mask-values")
    if not names:
        raise ImageRefused("mask-of-another-image" if others else "no-mask")
    return names


def _choose(member: str, names: Mapping[int, str]) -> frozenset[int]:
    if not member:
        return frozenset(names)
    number = member.removeprefix(ROI)
    if not member.startswith(ROI) or not number.isdecimal() or int(number[:9]) not in names:
        raise ImageRefused("no-mask")
    return frozenset({int(number)})


def _place(region: Dataset, grid: Grid, remarks: Counter[str]) -> Slices:
    """Return the closed contours of a region by plane, in pixels."""
    slices: dict[Place, list[Points]] = defaultdict(list)
    corners = 0
    for contour in region.get("ContourSequence") or ():
        if contour.get("ContourGeometricType") not in CLOSED:
            remarks["contours-left-out"] += 1
            continue
        points = np.array(contour.ContourData, dtype=np.float64)
        corners += points.size
        if points.size < 9 or points.size % 3 or not np.isfinite(points).all():
            raise ImageRefused("bad-header")
        if corners > MAX_CORNERS:
            raise ImageRefused("too-many-voxels")
        points = points.reshape(-1, 3)
        if grid.flat and not lies_on(points.mean(axis=0), grid):
            continue
        place, inside = _plane_of(points, grid)
        slices[place].append(inside)
    return slices


def _plane_of(points: Points, grid: Grid) -> tuple[Place, Points]:
    """Return the plane of voxels that a contour lies on within 0.1 mm, and its corners there."""
    inverse = np.linalg.inv(grid.affine if grid.affine is not None else np.eye(4))
    indices = (inverse @ np.c_[points, np.ones(len(points))].T).T[:, :3]
    nearest = np.rint(np.median(indices, axis=0))
    # A step across a plane of voxels is 1 / |gradient of the index| in mm.
    step_mm = 1 / np.linalg.norm(inverse[:3, :3], axis=1)
    away_mm = np.abs(indices - nearest).max(axis=0) * step_mm
    axis = 0 if grid.flat else int(np.argmin(away_mm))
    number = int(nearest[axis])
    if away_mm[axis] > TOLERANCE_MM or not 0 <= number < grid.shape[axis]:
        raise ImageRefused("mask-off-grid")
    return (axis, number), np.delete(indices, axis, axis=1)


def _draw(labels: Labels, slices: Slices, number: int) -> None:
    for (axis, place), contours in slices.items():
        taken = np.moveaxis(labels, axis, 0)[place]
        inside = fill(contours, (taken.shape[0], taken.shape[1]))
        if (inside & (taken > 0) & (taken != number)).any():
            raise ImageRefused("mask-overlaps")
        taken[inside] = number

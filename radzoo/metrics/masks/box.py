"""The smallest box around two masks: nothing outside it needs to be looked at."""

import numpy as np

from radzoo.metrics.masks.overlap import Voxels

Box = tuple[slice, ...]


def crop_both(reference: Voxels, prediction: Voxels) -> tuple[Voxels, Voxels]:
    """Return both masks within their joint box; of no size if both are empty."""
    boxes = [box for box in (find_box(reference), find_box(prediction)) if box is not None]
    if not boxes:
        nothing = (slice(0, 0),) * reference.ndim
        return reference[nothing], prediction[nothing]
    joint = join_boxes(boxes)
    return reference[joint], prediction[joint]


def find_box(mask: Voxels) -> Box | None:
    """Return the smallest box that holds every voxel of a mask; None if it is empty.

    The first axis is looked at from both ends inwards, the others only between those ends.
    """
    box: list[slice] = []
    part = mask
    for axis in range(mask.ndim):
        ends = find_ends(part, axis)
        if ends is None:
            return None
        box.append(ends)
        part = part[(slice(None),) * axis + (ends,)]
    return tuple(box)


def find_ends(mask: Voxels, axis: int) -> slice | None:
    """Return from where to where a mask reaches along one axis; None if it is empty."""
    if axis == 0:
        first = next((at for at in range(len(mask)) if mask[at].any()), None)
        if first is None:
            return None
        last = next(at for at in range(len(mask) - 1, first - 1, -1) if mask[at].any())
        return slice(first, last + 1)
    # Folding the first axis by OR runs along memory; what is left is small.
    folded = np.logical_or.reduce(mask, axis=0)
    others = tuple(other for other in range(folded.ndim) if other != axis - 1)
    inside = np.flatnonzero(folded.any(axis=others))
    return slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else None


def join_boxes(boxes: list[Box]) -> Box:
    """Return the smallest box that holds all of several."""
    return tuple(
        slice(min(one.start for one in along), max(one.stop for one in along))
        for along in zip(*boxes, strict=True)
    )

"""The voxels at the border of a mask."""

from radzoo.metrics.masks.overlap import Voxels


def find_border(mask: Voxels) -> Voxels:
    """Return the voxels of a mask that have a face (an edge in 2-D) outside it.

    What lies beyond the image is outside. This is a mask without its erosion by the 6 (4)
    neighbours, as MONAI and MetricsReloaded take it; shifts of whole arrays find it.

    Example:
        >>> find_border(np.ones((3, 4), dtype=bool)).astype(int).tolist()
        [[1, 1, 1, 1], [1, 0, 0, 1], [1, 1, 1, 1]]
    """
    inside = mask.copy()
    for axis in range(mask.ndim):
        ahead, behind = along(axis, slice(1, None)), along(axis, slice(None, -1))
        inside[ahead] &= mask[behind]
        inside[behind] &= mask[ahead]
        inside[along(axis, slice(None, 1))] = False
        inside[along(axis, slice(-1, None))] = False
    inside ^= mask  # what is inside is in the mask: the rest of the mask is left
    return inside


def along(axis: int, part: slice) -> tuple[slice, ...]:
    """Return an index that takes a part of one axis and all of those before it."""
    return (slice(None),) * axis + (part,)

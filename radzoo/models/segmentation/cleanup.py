"""What is taken away of found structures afterwards: pieces that cannot belong to them."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Labels = TypeVar("Labels", bound=NDArray[Any])


def keep_largest(labels: Labels, numbers: Iterable[int]) -> Labels:
    """Return labels in which each of these structures is its largest connected piece alone.

    Voxels that touch by a face are connected, in two dimensions those that touch by an edge. Of
    pieces of equal size the first in the order of memory stays.

    Args:
        labels: class numbers `(*space)`; not changed.
        numbers: of the structures.
    """
    kept = labels.copy()
    for number in numbers:
        pieces, sizes = find_pieces(np.equal(labels, number))
        if len(sizes) > 1:
            kept[(pieces > 0) & (pieces != 1 + int(np.argmax(sizes)))] = 0
    return kept


def remove_small(
    labels: Labels,
    numbers: Iterable[int],
    *,
    spacing_mm: Sequence[float],
    least_mm3: float,
) -> Labels:
    """Return labels without pieces of these structures that are too small.

    Args:
        labels: class numbers `(*space)`; not changed.
        numbers: of the structures.
        spacing_mm: of each axis.
        least_mm3: volume of the smallest piece that stays; in two dimensions an area in mm^2.
    """
    kept = labels.copy()
    voxel = float(np.prod(spacing_mm))
    for number in numbers:
        pieces, sizes = find_pieces(np.equal(labels, number))
        # 10 * 0.1 is 0.9999...: without the nudge a piece of exactly that volume would go.
        small = 1 + np.flatnonzero(sizes * voxel < least_mm3 - 1e-9 * voxel)
        if small.size:
            kept[np.isin(pieces, small)] = 0
    return kept


def find_pieces(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the piece that each voxel is of, from 1, and how many voxels each piece has."""
    from scipy.ndimage import label

    pieces, n = label(mask)
    sizes: NDArray[np.int64] = np.bincount(pieces.ravel(), minlength=n + 1)[1:]
    return pieces, sizes

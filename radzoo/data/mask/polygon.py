"""Filling closed contours on a grid of pixels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def fill(contours: Sequence[Points], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the pixels whose centre lies within the contours, by the even-odd rule.

    Contours within contours are holes, and a keyhole (one contour that runs in along a
    channel and back) leaves its hole out too. A centre on the left or upper edge counts, one
    on the right or lower edge does not, so that neighbours share no pixel.

    Args:
        contours: each `(n, 2)`, row and column of its corners in pixels; pixel centres have
            whole numbers; the last corner joins the first.
        shape: rows and columns.
    """
    rows, columns = shape
    toggles = np.zeros((rows, columns + 1), dtype=np.uint32)
    for contour in contours:
        row, column = _crossings(contour, rows)
        place = np.clip(np.ceil(column), 0, columns).astype(np.int64)
        np.add.at(toggles, (row, place), 1)
    crossed = np.cumsum(toggles[:, :columns], axis=1, dtype=np.uint32)
    return np.asarray(crossed % 2 == 1)


def _crossings(contour: Points, rows: int) -> tuple[NDArray[np.int64], Points]:
    """Return where the edges cross the lines through the centres of rows: row and column."""
    ahead = np.roll(contour, -1, axis=0)
    down = (contour[:, 0] <= ahead[:, 0])[:, None]
    # From the upper end to the lower, so that an edge that two contours share is one line.
    start, end = np.where(down, contour, ahead), np.where(down, ahead, contour)
    first = np.clip(np.ceil(start[:, 0]), 0, rows).astype(np.int64)
    count = np.clip(np.ceil(end[:, 0]), 0, rows).astype(np.int64) - first
    edge = np.repeat(np.arange(len(contour)), count)
    row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    share = (row - start[edge, 0]) / (end[edge, 0] - start[edge, 0])
    return row, start[edge, 1] + share * (end[edge, 1] - start[edge, 1])

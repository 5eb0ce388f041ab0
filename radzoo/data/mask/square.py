"""Masks of images: at the working size, pixel for pixel where the image is."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.region import Span
from radzoo.data.resize import Number, Target


def read_square_mask(
    mask: tuple[Path, str] | None,
    image: ImagePlace,
    target: Target,
    seen: tuple[Span, Span] | None = None,
) -> NDArray[np.uint16]:
    """Read the mask of an image into the square that the image is fed in.

    Args:
        mask: its file and member; None = all is background.
        image: that it belongs to.
        target: the square.
        seen: the part of the image that is seen; None = all.

    Raises:
        ImageRefused: if the mask cannot be used.
    """
    if mask is None:
        return np.zeros((target.size, target.size), np.uint16)
    labels = read_mask(*mask, image).labels
    if seen is not None:
        return cut(labels, seen, target.size)
    high, wide = target.scaled(*labels.shape)
    rows, columns = nearest(labels.shape[0], high), nearest(labels.shape[1], wide)
    return target.place(labels[np.ix_(rows, columns)])


def cut(labels: NDArray[Number], seen: tuple[Span, Span], size: int) -> NDArray[Number]:
    """Return the labels where the centres of the pixels of a region lie; 0 beyond the image."""
    square = np.zeros((size, size), labels.dtype)
    places, there = [], []
    for span, length in zip(seen, labels.shape, strict=True):
        centres = span.low + (np.arange(size) + 0.5) * (span.length / size)
        inside = np.flatnonzero((centres >= 0) & (centres < length))
        there.append(inside)
        places.append(centres[inside].astype(np.intp))
    square[np.ix_(*there)] = labels[np.ix_(*places)]
    return square


def nearest(stored: int, wanted: int) -> NDArray[np.intp]:
    """Return the stored pixel in which the centre of each wanted one lies."""
    places = (np.arange(wanted) + 0.5) * (stored / wanted)
    return np.minimum(places.astype(np.intp), stored - 1)


def side_by_side(*arrays: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the bytes of arrays, one behind the other, little-endian."""
    plain = [array.astype(array.dtype.newbyteorder("<"), copy=False) for array in arrays]
    return np.concatenate([np.ascontiguousarray(one).reshape(-1).view(np.uint8) for one in plain])

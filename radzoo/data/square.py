"""From a file to the square that a network is fed: quickly where that is the same, or nearly."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radzoo.core.window import Window
from radzoo.data.door import read_head
from radzoo.data.readers import read_image
from radzoo.data.readers.magic import is_dicom, is_raster
from radzoo.data.region import ALL, Sight, Span
from radzoo.data.resize import Target, quantise, scale
from radzoo.data.shrink import Small


@dataclass(frozen=True, slots=True)
class Square:
    """The pixels of one image at the working size.

    Attributes:
        pixels: uint16 `(size, size)`, 0 = black (air), 65535 = dense.
        rows, columns: of the image as it was stored.
        seen: the part of its rows and columns that is seen; None = all.
    """

    pixels: NDArray[np.uint16]
    rows: int
    columns: int
    seen: tuple[Span, Span] | None = None


def read_square(
    path: Path,
    member: str,
    target: Target,
    window: Window | None = None,
    sight: Sight = ALL,
) -> Square:
    """Read one image, or a region of it, at the working size, by the recipe.

    Args:
        path: the file.
        member: the image inside it, if it holds several.
        target: the square; `exact` asks for every pixel to be decoded and resampled at once.
        window: a window in Hounsfield units, instead of the file's own.
        sight: the region, and how much is seen around it; of a region every pixel is decoded.

    Raises:
        ImageRefused: with the reason why there is no image to use.
    """
    # The ordinary way says if there is no such member, and gives a region all its pixels.
    quick = not (target.exact or member) and sight.whole
    small = _read_quickly(path, target, window) if quick else None
    if small is not None:
        return Square(quantise(small.pixels), small.rows, small.columns)
    image = read_image(path, member, window) if window else read_image(path, member)
    rows, columns = image.pixels.shape
    if not sight.whole:
        from radzoo.data.mask.image import ImagePlace
        from radzoo.data.region_crop import crop, find_view

        view = find_view(ImagePlace(path, member), image, target, sight)
        seen = crop(image.pixels, view.seen, target.size, target.interpolation)
        return Square(quantise(seen), rows, columns, view.seen)
    scaled = scale(image.pixels, *target.scaled(rows, columns), target.interpolation)
    return Square(quantise(target.place(scaled)), rows, columns)


def _read_quickly(path: Path, target: Target, window: Window | None) -> Small | None:
    head = read_head(path)
    if is_dicom(head):
        from radzoo.data.readers.dicom_quick import read_small

        return read_small(path, target, window)
    if is_raster(head) and window is None:
        from radzoo.data.readers.raster_quick import read_small_raster

        return read_small_raster(path, target)
    return None

"""Reader: a NIfTI file of one slice as an image; others are read by `data.volume`."""

from pathlib import Path
from typing import Final

import numpy as np

from radzoo.core.case import Image
from radzoo.core.plugins import Reader
from radzoo.data.door import check_pixels
from radzoo.data.luminance import full_range
from radzoo.data.readers.magic import is_nifti
from radzoo.data.refusal import ImageRefused

EIGHT_BITS: Final = np.dtype("u1")


def read_nifti_image(path: Path, member: str = "") -> Image:
    """Read the one slice of a NIfTI file, as it is hung: its head or front is up.

    Eight bits keep their whole range, 0..255; all else goes from the lowest to the highest
    value, since NIfTI knows no window.

    Raises:
        ImageRefused: `volume` if it has more slices than one.
    """
    from radzoo.data.volume.nifti import nifti_grid, read_nifti, stored_type

    shape = nifti_grid(path).shape
    if 1 not in shape:
        raise ImageRefused("volume")
    volume = read_nifti(path, member)
    axis = shape.index(1)
    plane = volume.values[0] if axis == 0 else np.moveaxis(volume.values, axis, 0)[0][::-1]
    check_pixels(*plane.shape)
    spacing = [step for place, step in enumerate(volume.spacing_mm or ()) if place != axis]
    if stored_type(path) == EIGHT_BITS:
        pixels = full_range(plane, 255)
    else:
        low, high = float(plane.min()), float(plane.max())
        pixels = ((plane - np.float32(low)) / np.float32((high - low) or 1)).astype(np.float32)
    return Image(np.ascontiguousarray(pixels), (spacing[0], spacing[1]) if spacing else None)


READER = Reader(name="nifti", recognises=is_nifti, read=read_nifti_image)

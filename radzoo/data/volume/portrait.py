"""What a plan has to know of a volume and its mask; runs in a child of the guard."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import spacing_of
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace, grid_of
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume

Portrait = tuple[dict[str, Any], NDArray[np.float32]]
SAMPLED: Final = 10_000
"""So many foreground voxels of a case stand for all of them."""


def read_place(image: ImagePlace) -> tuple[dict[str, Any], bytes]:
    """Return shape and spacing of a volume, or of one image, by its headers alone.

    Raises:
        ImageRefused: if it has none.
    """
    grid = grid_of(image)
    spacing = None if grid.affine is None else spacing_of(grid.affine)
    return {"shape": list(grid.shape), "flat": grid.flat, "spacing_mm": spacing}, b""


def read_portrait(image: ImagePlace, mask: tuple[Path, str] | None) -> Portrait:
    """Return shape, spacing, unit and numbers of the mask, and values of foreground voxels.

    Raises:
        ImageRefused: if there is no such volume, or its mask cannot be used.
    """
    if mask is None:
        raise ImageRefused("no-mask")
    volume, labels = read_volume(image.path, image.member, image.parts), read_mask(*mask, image)
    if labels.labels.shape != volume.values.shape:
        raise ImageRefused("mask-size")
    numbers, counts = np.unique(labels.labels, return_counts=True)
    foreground = volume.values[labels.labels > 0]
    step = max(1, -(-len(foreground) // SAMPLED))
    facts = {
        "shape": list(volume.values.shape),
        "spacing_mm": volume.spacing_mm,
        "unit": volume.unit,
        "numbers": {str(number): int(n) for number, n in zip(numbers, counts, strict=True)},
    }
    return facts, np.ascontiguousarray(foreground[::step])

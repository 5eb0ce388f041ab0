"""Masks of single images as PNG."""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radzoo.core.publish import publish


def write_picture_mask(path: Path, labels: NDArray[np.uint16]) -> None:
    """Write labels as grey values, pixel for pixel on the image as the readers give it.

    A photograph that its Exif tells to turn is turned by them, as by every viewer: the mask
    then has the rows and columns of the turned picture, and no Exif of its own. Labels above
    255 make a file of 16 bits.

    Args:
        path: `.png`.
        labels: `(rows, columns)`; 0 = background.

    Raises:
        ValueError: if they are those of a volume.
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    from PIL import Image

    if labels.ndim != 2:
        raise ValueError("a picture shows one image")
    dtype = np.uint8 if not labels.size or labels.max() < 256 else np.uint16
    content = BytesIO()
    Image.fromarray(np.ascontiguousarray(labels.astype(dtype))).save(content, format="PNG")
    publish(path, lambda partial: partial.write_bytes(content.getvalue()))

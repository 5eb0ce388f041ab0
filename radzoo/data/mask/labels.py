"""Labels as whole numbers, and their names."""

import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.data.refusal import ImageRefused

HIGHEST: Final = 65535
NAME: Final = re.compile(r"^[\w .,()&+/-]{1,64}$")


def check_labels(values: NDArray[Any]) -> NDArray[np.uint16]:
    """Return values as labels.

    Raises:
        ImageRefused: `mask-values` unless all are whole numbers from 0 to 65535.
    """
    if values.size and (values.min() < 0 or values.max() > HIGHEST):
        raise ImageRefused("mask-values")
    labels = values.astype(np.uint16)
    if values.dtype.kind == "f" and not np.array_equal(labels, values):
        raise ImageRefused("mask-values")
    return labels


def shown_name(name: object, number: int) -> str:
    """Return the name of a segment; one with odd characters is not repeated."""
    text = str(name or "").strip()
    return text if NAME.match(text) else f"segment {number}"

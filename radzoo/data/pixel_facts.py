"""Numbers of the pixels of a file as they are stored; runs in a child of the guard."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.data.door import read_head
from radzoo.data.readers.magic import is_dicom, is_raster

AIR_SHARE: Final = 0.02
BORDER: Final = 0.02
MOST_SPREAD: Final = 150.0
DENSER: Final = 0.95
LEAST_CONTRAST: Final = 500.0
"""What is denser must lie so far above the edge: an edge inside the body is no air."""


def read_pixel_facts(path: Path, member: str = "") -> dict[str, float]:
    """Return `lowest`, `highest`, `saturated`, `bits`, and of CT `air_hu`; {} for other files.

    `saturated` is the share of pixels at the greatest value that can be stored; `bits` the
    number that the values need; `air_hu` what the darkest part of the edge of a CT image is.

    Raises:
        ImageRefused: if the file cannot be opened or is damaged.
    """
    head = read_head(path)
    if is_dicom(head):
        from radzoo.data.readers.dicom import read_stored

        stored, greatest, hounsfield = read_stored(path, member)
        facts = facts_of(stored, greatest)
        air = air_of(hounsfield) if hounsfield is not None else None
        return facts | ({} if air is None else {"air_hu": air})
    if is_raster(head):
        from radzoo.data.readers.raster import read_raster

        return facts_of(read_raster(path, member).pixels, 1.0)
    return {}


def facts_of(stored: NDArray[Any], greatest: float) -> dict[str, float]:
    """Return numbers of the stored values.

    Args:
        stored: `(rows, columns)` or with colours; no padding.
        greatest: value that can be stored.
    """
    lowest, highest = float(stored.min()), float(stored.max())
    bits = float(np.ceil(np.log2(highest + 1))) if highest > 1 else 0.0
    return {"lowest": lowest, "highest": highest, "bits": bits,
            "saturated": float((stored >= greatest).mean())}  # fmt: skip


def air_of(values: NDArray[np.float64]) -> float | None:
    """Return what the darkest of the pixels at the edge have, if enough are alike to be air.

    Args:
        values: Hounsfield units, padding NaN.
    """
    width = max(1, round(BORDER * min(values.shape)))
    edge = np.concatenate([values[:width].ravel(), values[-width:].ravel(),
                           values[:, :width].ravel(), values[:, -width:].ravel()])  # fmt: skip
    edge = edge[np.isfinite(edge)]
    if len(edge) < AIR_SHARE * values.size / 10:
        return None
    low, middle = np.quantile(edge, [0.05, 0.5])
    denser = np.nanquantile(values, DENSER)
    is_air = middle - low < MOST_SPREAD and denser - middle > LEAST_CONTRAST
    return float(middle) if is_air else None

"""Which values of a volume become black and white, and the grey values between."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Volume
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.target import VolumeTarget

Range = tuple[float, float]
WHOLE_HU: Final[Range] = (-1024.0, 3071.0)
PERCENTS: Final = (0.5, 99.5)
COUNTED_VOXELS: Final = 2**24


def find_range(volume: Volume, target: VolumeTarget) -> Range:
    """Return the values that become 0 and the highest grey value.

    Raises:
        ImageRefused: `not-hounsfield` if a window is wanted of a volume that has no such values.
    """
    hounsfield = volume.unit == "HU" or target.intensity == "hu"
    if target.window is not None:
        if not hounsfield:
            raise ImageRefused("not-hounsfield")
        center, half = target.window.center, target.window.width / 2
        return center - half, center + half
    if hounsfield and target.intensity in ("auto", "hu"):
        return WHOLE_HU
    values = volume.values
    if target.intensity == "range":
        low, high = float(values.min()), float(values.max())
    else:
        low, high = _percentiles(values)
    return (low, high) if low < high else (low, low + 1)


def to_grey(values: NDArray[np.float32], limits: Range, stored: "np.dtype[Any]") -> NDArray[Any]:
    """Return grey values: linear between the limits, cut beyond them, rounded once."""
    low, high = limits
    highest = np.iinfo(stored).max
    made = np.empty(values.shape, stored)
    for place, plane in enumerate(values):  # by slices: float64 is four times the memory
        grey = (plane.astype(np.float64) - low) * (highest / (high - low))
        made[place] = np.rint(np.clip(grey, 0, highest, out=grey), out=grey)
    return made


def _percentiles(values: NDArray[np.float32]) -> Range:
    """Return two values that occur; of a large volume every second or third voxel is counted."""
    step = 1
    while values.size > COUNTED_VOXELS * step**3:
        step += 1
    some = values[::step, ::step, ::step]
    low, high = np.percentile(some, PERCENTS, method="lower")
    return float(low), float(high)

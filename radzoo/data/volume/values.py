"""From stored values of slices to one float32 array in its own unit, and whether it is HU."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from radzoo.core.volume import Unit
from radzoo.data.readers.dicom_grey import find_padding
from radzoo.data.readers.dicom_table import LookupTable
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.planes import functional_item

RESCALING: Final = (
    "Modality", "RescaleSlope", "RescaleIntercept", "RescaleType", "ModalityLUTSequence",
    "PixelPaddingValue", "PixelPaddingRangeLimit",
)  # fmt: skip
AIR_HU: Final = -1000.0
PLAUSIBLE_HU: Final = (-4096.0, 70000.0)
# Other remarks tell of slices and their places, which says nothing of what a value means.
NOT_HU: Final = frozenset({"not-hu", "no-rescale"})


@dataclass(slots=True)
class Values:
    """Slices as they are filled in, one after the other.

    Attributes:
        array: float32 `(slices, rows, columns)`; padding is NaN until `finish`.
        remarks: code to number of slices.
    """

    array: NDArray[np.float32]
    remarks: Counter[str] = field(default_factory=Counter)
    _padded: bool = False
    _is_ct: bool = False

    def fill(
        self, place: int, dataset: Dataset, stored: NDArray[Any], frame: int | None = None
    ) -> None:
        """Put the rescaled values of one image into slice `place`.

        Raises:
            ImageRefused: if slope or intercept is no number, or a value not finite.
        """
        into = self.array[place]
        if stored.dtype.kind == "f" and not np.isfinite(stored).all():
            raise ImageRefused("not-finite")
        source = dataset
        if frame is not None:
            groups = functional_item(dataset, frame, "PixelValueTransformationSequence")
            source = groups or dataset
        self._remark_unit(dataset, source)
        _rescale(dataset, source, stored, into)
        padding = find_padding(dataset, stored)
        if padding is not None and padding.any():
            into[padding] = np.nan
            self._padded = True

    def finish(self) -> tuple[NDArray[np.float32], Unit]:
        """Return the array and its unit; padding becomes the lowest value, in HU air.

        CT counts as HU unless a header says otherwise or leaves the rescaling out.
        """
        lowest = float(np.nanmin(self.array)) if self._padded else float(self.array.min())
        unit: Unit = "HU" if self._is_ct and not NOT_HU & self.remarks.keys() else ""
        if np.isnan(lowest):
            raise ImageRefused("no-image")  # nothing but padding
        if unit == "HU":
            highest = float(np.nanmax(self.array)) if self._padded else float(self.array.max())
            if lowest > 0 or highest < 0 or lowest < PLAUSIBLE_HU[0] or highest > PLAUSIBLE_HU[1]:
                self.remarks["hu-range"] = len(self.array)
        if self._padded:
            floor = min(lowest, AIR_HU) if unit == "HU" else lowest
            np.nan_to_num(self.array, copy=False, nan=floor)
        return self.array, unit

    def _remark_unit(self, dataset: Dataset, source: Dataset) -> None:
        if dataset.get("Modality") != "CT":
            return
        self._is_ct = True
        if source.get("ModalityLUTSequence"):
            self.remarks["not-hu"] += 1
        elif source.get("RescaleSlope") is None or source.get("RescaleIntercept") is None:
            self.remarks["no-rescale"] += 1
        elif (source.get("RescaleType") or "HU") != "HU":
            self.remarks["not-hu"] += 1


def _rescale(
    dataset: Dataset, source: Dataset, stored: NDArray[Any], into: NDArray[np.float32]
) -> None:
    """Apply the modality LUT, or else slope and intercept, with one pass over the pixels."""
    if source.get("ModalityLUTSequence"):
        order = dataset.file_meta.TransferSyntaxUID != ExplicitVRBigEndian
        table = LookupTable.of(source.ModalityLUTSequence[0], little_endian=order)
        into[:] = table.look_up(stored)
        return
    slope, intercept = source.get("RescaleSlope"), source.get("RescaleIntercept")
    factor, shift = (
        1.0 if slope in (None, "") else float(slope),
        0.0 if intercept in (None, "") else float(intercept),
    )
    if not (np.isfinite(factor) and np.isfinite(shift)) or factor == 0:
        raise ImageRefused("bad-header")
    if stored.dtype.itemsize > 2:  # more digits than float32 has: rounded once, at the end
        into[:] = stored.astype(np.float64) * factor + shift
        return
    into[:] = stored
    if factor != 1:
        into *= np.float32(factor)
    if shift != 0:
        into += np.float32(shift)

"""DICOM grey values: from stored values to 0..1, by steps 3 to 5 of the recipe."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from radzoo.core.window import DEFAULT_CT, Window
from radzoo.data.readers.dicom_table import LookupTable
from radzoo.data.refusal import ImageRefused

Values = NDArray[np.float64]
Stored = NDArray[Any]


def to_unit_range(
    dataset: Dataset, stored: Stored, window: Window | None = None
) -> NDArray[np.float32]:
    """Map stored values `(rows, columns)` to 0..1, bright = dense.

    Up to 16 bits the map is worked out once per value and looked up; it is the same map.

    Args:
        dataset: the header.
        stored: the pixels as they were stored.
        window: a window in Hounsfield units, instead of the file's own.

    Raises:
        ImageRefused: if the header's numbers make no sense, or a window was asked for and
            the values are not Hounsfield units.
    """
    if window is not None and not is_hounsfield(dataset):
        raise ImageRefused("not-hounsfield")
    padding = find_padding(dataset, stored)
    kept = stored if padding is None else stored[~padding]
    if kept.size == 0:
        return np.zeros(stored.shape, dtype=np.float32)
    if stored.dtype.kind == "f" and not np.isfinite(kept).all():
        raise ImageRefused("not-finite")
    if stored.dtype.kind not in "iu" or stored.dtype.itemsize > 2:
        grey = _map(dataset, stored, kept, window).astype(np.float32)
    else:
        low = int(stored.min())
        counts = np.bincount(kept.ravel().astype(np.int64) - low)
        domain = np.arange(low, int(stored.max()) + 1, dtype=stored.dtype)
        present = (np.flatnonzero(counts) + low).astype(stored.dtype)
        table = _map(dataset, domain, present, window).astype(np.float32)
        grey = table[stored.astype(np.int32) - low]
    if padding is not None:
        grey[padding] = 0
    return grey


def is_hounsfield(dataset: Dataset) -> bool:
    """Are the values behind the modality transform Hounsfield units (PS3.3 C.8.2.1.1.1)?

    So for a CT image whose rescale type is HU or not given, but not for a localizer.
    """
    kind = _holder(dataset, "PixelValueTransformationSequence", "RescaleType").get("RescaleType")
    named = str(kind or "HU").upper() == "HU"
    return dataset.get("Modality") == "CT" and named and "LOCALIZER" not in _image_type(dataset)


def rescaled_range(dataset: Dataset, stored: Stored) -> tuple[float, float]:
    """Return the lowest and highest value that is no padding, after the modality step."""
    padding = find_padding(dataset, stored)
    kept = stored if padding is None or padding.all() else stored[~padding]
    values = _apply_modality(dataset, np.unique(kept))
    return float(values.min()), float(values.max())


def rescaled(dataset: Dataset, stored: Stored) -> Values:
    """Return values after the modality step, padding as if it were none."""
    return _apply_modality(dataset, stored)


def describe_window(
    dataset: Dataset, stored: Stored, window: Window | None = None
) -> tuple[str, tuple[float, float]]:
    """Return what decides about black and white (step 6 of the recipe), and their values.

    Of a lookup table, where it begins and ends.
    """
    source = _holder(dataset, "FrameVOILUTSequence", "WindowCenter")
    if window is not None:
        return "asked for", window_edges(window)
    if source.get("VOILUTSequence"):
        table = _read_table(dataset, source.VOILUTSequence[0])
        return "VOI LUT of the file", (table.first, table.first + table.entries.size - 1.0)
    if _apply_window(dataset, np.zeros(1)) is not None:
        center, width = _first(source, "WindowCenter"), _first(source, "WindowWidth")
        return _describe_own(source, center or 0.0, width or 0.0)
    if is_hounsfield(dataset):
        return "none in the file, the usual one of CT", window_edges(DEFAULT_CT)
    padding = find_padding(dataset, stored)
    kept = stored if padding is None or padding.all() else stored[~padding]
    eight = dataset.get("BitsStored", 64) <= 8
    name = "all values of 8 bits" if eight else "lowest to highest value"
    return f"none in the file, {name}", _range(dataset, np.unique(kept))


def window_edges(window: Window) -> tuple[float, float]:
    """Return the values that are black and white."""
    return window.center - window.width / 2, window.center + window.width / 2


def _describe_own(source: Dataset, center: float, width: float) -> tuple[str, tuple[float, float]]:
    """Describe a window of the file, which is the first of those that it has."""
    function = str(source.get("VOILUTFunction") or "LINEAR").upper()
    if function == "LINEAR":
        center, width = center - 0.5, width - 1
    many = source["WindowCenter"].VM
    own = [f"{function} of the file"] + ([f"first of {many}"] if many > 1 else [])
    return ", ".join(own), (center - width / 2, center + width / 2)


def find_padding(dataset: Dataset, stored: Stored) -> NDArray[np.bool_] | None:
    """Return where the pixels are padding; None if the header names no padding value."""
    if stored.dtype.kind == "f":
        kind = "Float" if stored.dtype.itemsize == 4 else "DoubleFloat"
        first = dataset.get(f"{kind}PixelPaddingValue")
        last = dataset.get(f"{kind}PixelPaddingRangeLimit")
    else:
        first = _padding_value(dataset, "PixelPaddingValue")
        last = _padding_value(dataset, "PixelPaddingRangeLimit")
    if first is None:
        return None
    low, high = sorted((first, first if last is None else last))
    return np.asarray(np.isnan(stored) if math.isnan(low) else (stored >= low) & (stored <= high))


def _map(dataset: Dataset, domain: Stored, present: Stored, window: Window | None) -> Values:
    """Map `domain` to 0..1, where `present` are the values that the image holds."""
    values = _apply_modality(dataset, domain)
    windowed = _apply_window(dataset, values) if window is None else _show(window, values)
    if windowed is None and is_hounsfield(dataset):
        windowed = _show(DEFAULT_CT, values)
    if windowed is None:
        low, high = _range(dataset, present)
        windowed = (values - low) / (high - low) if high > low else np.zeros(values.shape)
    unit = np.clip(windowed, 0, 1)
    return 1 - unit if dataset.PhotometricInterpretation == "MONOCHROME1" else unit


def _range(dataset: Dataset, present: Stored) -> tuple[float, float]:
    """Lowest and highest value to show if no window is given."""
    bits = dataset.get("BitsStored", 64)
    if bits <= 8:
        shift = 2 ** (bits - 1) if dataset.PixelRepresentation else 0
        present = np.arange(2**bits, dtype=np.int16) - np.int16(shift)
    values = _apply_modality(dataset, present)
    return float(values.min()), float(values.max())


def _apply_modality(dataset: Dataset, stored: Stored) -> Values:
    """Apply the modality LUT, or else rescale slope and intercept."""
    source = _holder(dataset, "PixelValueTransformationSequence", "RescaleSlope")
    if source.get("ModalityLUTSequence"):
        return _read_table(dataset, source.ModalityLUTSequence[0]).look_up(stored)
    slope, intercept = source.get("RescaleSlope"), source.get("RescaleIntercept")
    slope, intercept = (1 if slope is None else slope), (0 if intercept is None else intercept)
    if not (np.isfinite(float(slope)) and np.isfinite(float(intercept))) or float(slope) == 0:
        raise ImageRefused("bad-header")
    return stored.astype(np.float64) * float(slope) + float(intercept)


def _apply_window(dataset: Dataset, values: Values) -> Values | None:
    """Apply the first VOI LUT or window, to 0..1; None if there is none."""
    source = _holder(dataset, "FrameVOILUTSequence", "WindowCenter")
    if source.get("VOILUTSequence"):
        return _read_table(dataset, source.VOILUTSequence[0]).to_unit(values)
    center, width = _first(source, "WindowCenter"), _first(source, "WindowWidth")
    if center is None or width is None or not np.isfinite([center, width]).all():
        return None
    function = str(source.get("VOILUTFunction") or "LINEAR").upper()
    if function == "LINEAR":
        if width <= 1:
            return None
        return (values - (center - 0.5)) / (width - 1) + 0.5
    if width <= 0:
        return None
    if function == "SIGMOID":
        return 1 / (1 + np.exp(np.clip(-4 * (values - center) / width, -700, 700)))
    return (values - center) / width + 0.5


def _show(window: Window, values: Values) -> Values:
    return (values - window.center) / window.width + 0.5


def _read_table(dataset: Dataset, item: Dataset) -> LookupTable:
    syntax = dataset.file_meta.TransferSyntaxUID
    return LookupTable.of(item, little_endian=syntax != ExplicitVRBigEndian)


def _image_type(dataset: Dataset) -> tuple[str, ...]:
    value = dataset.get("ImageType") or ()
    return (value,) if isinstance(value, str) else tuple(value)


def _holder(dataset: Dataset, sequence: str, keyword: str) -> Dataset:
    """Where an attribute stands: at the top, or in a functional group of an enhanced object."""
    if keyword in dataset:
        return dataset
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in dataset.get(groups) or ():
            if group.get(sequence):
                item: Dataset = group[sequence].value[0]
                return item
    return dataset


def _first(dataset: Dataset, keyword: str) -> float | None:
    """Return the first of one or several numbers."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return None
    if isinstance(value, (str, int, float)):
        return float(value)
    return float(value[0]) if len(value) else None


def _padding_value(dataset: Dataset, keyword: str) -> int | None:
    """Return a padding value; one that was written unsigned for signed pixels is mended."""
    value = dataset.get(keyword)
    if not isinstance(value, int):
        return None
    bits = dataset.get("BitsAllocated", 16)
    if dataset.get("PixelRepresentation") and value >= 2 ** (bits - 1):
        return int(value - 2**bits)
    return value

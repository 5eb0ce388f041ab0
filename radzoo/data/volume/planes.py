"""Where the images of a DICOM object lie in the patient, classic or by functional groups."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from radzoo.data.patients import hash_identifier
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.stack import Plane, Vector

GEOMETRY: Final = (
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness",
    "SpacingBetweenSlices", "FrameOfReferenceUID", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)  # fmt: skip
NEARLY_ONE: Final = 0.01


def find_plane(dataset: Dataset, frame: int | None = None) -> Plane:
    """Return where an image lies; of an object with functional groups, where a frame lies.

    Args:
        dataset: with the elements of `GEOMETRY`.
        frame: from 0; None for a classic image.

    Raises:
        ImageRefused: `no-geometry` if it does not say, `bad-header` if that makes no sense.
    """
    position = _item(dataset, frame, "PlanePositionSequence").get("ImagePositionPatient")
    orientation = _item(dataset, frame, "PlaneOrientationSequence").get("ImageOrientationPatient")
    measures = _item(dataset, frame, "PixelMeasuresSequence")
    spacing = measures.get("PixelSpacing")
    if position is None or orientation is None or spacing is None:
        raise ImageRefused("no-geometry")
    place, cosines = _numbers(position, 3), _numbers(orientation, 6)
    rows_mm, columns_mm = _numbers(spacing, 2)
    along_row, along_column = _unit(cosines[:3]), _unit(cosines[3:])
    if abs(along_row @ along_column) > NEARLY_ONE or min(rows_mm, columns_mm) <= 0:
        raise ImageRefused("bad-header")
    return Plane(
        position=place,
        row_step=along_column * rows_mm,
        column_step=along_row * columns_mm,
        rows=int(dataset.Rows),
        columns=int(dataset.Columns),
        thickness_mm=_thickness(measures),
        frame_of_reference=hash_identifier(str(dataset.get("FrameOfReferenceUID") or "")),
    )


def functional_item(dataset: Dataset, frame: int, sequence: str) -> Dataset | None:
    """Return the item of a functional group for a frame (from 0), its own or the shared one."""
    own: Sequence[Dataset] = dataset.get("PerFrameFunctionalGroupsSequence") or ()
    shared: Sequence[Dataset] = dataset.get("SharedFunctionalGroupsSequence") or ()
    for group in (*own[frame : frame + 1], *shared[:1]):
        if group.get(sequence):
            item: Dataset = group[sequence].value[0]
            return item
    return None


def _item(dataset: Dataset, frame: int | None, sequence: str) -> Dataset:
    if frame is None:
        return dataset
    return functional_item(dataset, frame, sequence) or Dataset()


def _numbers(values: Any, count: int) -> NDArray[np.float64]:
    numbers = np.array([float(value) for value in values], dtype=np.float64)
    if numbers.size != count or not np.isfinite(numbers).all():
        raise ImageRefused("bad-header")
    return numbers


def _unit(vector: Vector) -> Vector:
    """Return a direction cosine at its exact length; headers round it."""
    length = float(np.linalg.norm(vector))
    if abs(length - 1) > NEARLY_ONE:
        raise ImageRefused("bad-header")
    return np.asarray(vector / length, dtype=np.float64)


def _thickness(measures: Dataset) -> float | None:
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        value = measures.get(keyword)
        if value not in (None, "") and np.isfinite(float(value)) and float(value) > 0:
            return float(value)
    return None

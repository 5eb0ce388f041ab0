"""Where the voxels of an image lie in its own file, so that a mask can be laid on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from radzoo.core.orientation import find_turn
from radzoo.core.volume import Affine

Number = TypeVar("Number", bound=np.generic)
Header = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """The grid of an image as its file stores it, before it is turned.

    Attributes:
        shape: `(slices, rows, columns)` as stored: the last axis varies fastest; one slice if
            `flat`.
        affine: `(slice, row, column, 1)` of the stored array to mm, LPS; None if the file says
            nothing of the patient.
        flat: is it one image, which is read as it is stored, rather than a volume?
        nifti: the fields of a NIfTI header that say where its voxels lie; None for other files.
        sources: of a DICOM file or series the headers of its images in the order of `frames`, in
            DICOM's JSON model; only what a segmentation of them repeats.
        frames: of a DICOM object of many frames the frame (from 0) of each stored slice.
    """

    shape: tuple[int, int, int]
    affine: Affine | None = None
    flat: bool = False
    nifti: Mapping[str, list[float]] | None = None
    sources: tuple[Header, ...] = ()
    frames: tuple[int, ...] = ()

    def store(self, labels: NDArray[Number]) -> NDArray[Number]:
        """Return labels in the order of the stored array; undoes the turn of the readers.

        Args:
            labels: `(slices, rows, columns)` in the canonical orientation, or `(rows, columns)`
                of one image.

        Raises:
            ValueError: if they are not on the grid of the image.
        """
        if self.flat:
            stored = labels.reshape(1, *labels.shape) if labels.ndim == 2 else labels
        elif self.affine is None:
            stored = labels
        else:
            stored = find_turn(self.affine).undo(labels)
        if stored.shape != self.shape:
            raise ValueError("labels are not on the grid of their image")
        return stored

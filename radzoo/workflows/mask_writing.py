"""A mask of a case to files: on the voxels of its image, in the formats that others read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.origin import Origin
from radzoo.data.guard import Guard, Request
from radzoo.data.volume.origin import open_origin
from radzoo.export.dicom_seg import Algorithm, write_seg
from radzoo.export.nifti_mask import write_nifti_mask
from radzoo.export.picture_mask import write_picture_mask

MaskFormat = Literal["nifti", "seg"]
SUFFIXES: Final = {"volume": ".nii.gz", "picture": ".png", "seg": ".seg.dcm"}


def find_origin(guard: Guard, case: Case) -> Origin:
    """Ask a child of the guard where the voxels of a case lie in its file.

    Raises:
        ImageRefused: if its image has no grid.
    """
    return open_origin(guard.ask(Request("origin", case.path, case.member, parts=case.parts)))


def write_mask(
    stem: Path,
    labels: NDArray[np.uint16],
    names: Mapping[int, str],
    origin: Origin,
    *,
    form: MaskFormat,
    algorithm: Algorithm,
) -> Path:
    """Write the mask of one case and return where it is.

    Args:
        stem: the file without its ending, which the kind of file decides.
        labels: on the grid of the image as the readers give it.
        names: number to name of every structure.
        origin: of the image.
        form: `nifti` = NIfTI of a volume, PNG of one image; `seg` = DICOM SEG.
        algorithm: what drew it.

    Raises:
        InputError: if the image has nothing that this format needs.
        EnvironmentFailure: if the file cannot be written, or a package is missing.
    """
    kind = "seg" if form == "seg" else "picture" if origin.flat else "volume"
    path = stem.with_name(stem.name + SUFFIXES[kind])
    if kind == "seg":
        write_seg(path, labels, names, origin, algorithm)
    elif kind == "picture":
        write_picture_mask(path, labels)
    else:
        write_nifti_mask(path, labels, origin)
    return path

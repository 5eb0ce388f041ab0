"""Masks that were found become files: on the voxels of their images, with declared numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.mask_pairs import MaskPair
from radzoo.core.origin import Origin
from radzoo.core.segmentation import ALL, Structure, numbers_of, structure_names
from radzoo.data.guard import Guard, Request
from radzoo.data.volume.origin import open_origin
from radzoo.workflows.segmentation.segmented import Classes, PackedMask, SegmentedCase

MaskFormat = Literal["nifti", "png", "seg"]
FORMATS: Final[tuple[MaskFormat, ...]] = get_args(MaskFormat)
ENDINGS: Final[dict[MaskFormat, str]] = {"nifti": ".nii.gz", "png": ".png", "seg": ".dcm"}
WHITE: Final = 255
"""What everything is in a picture of one structure that is all that is not 0."""


def choose_format(wanted: MaskFormat | None, mask: PackedMask) -> MaskFormat:
    """Return how a mask is written: NIfTI for volumes, PNG for pictures, if nobody says.

    Raises:
        InputError: if a volume is wanted as a picture.
    """
    flat = len(mask.shape) == 2
    if wanted == "png" and not flat:
        raise InputError(
            "a volume was to be written as PNG, which holds one picture",
            id="volume-as-picture",
            hint="--mask-format nifti or seg",
        )
    return wanted or ("png" if flat else "nifti")


def number_classes(classes: Classes, structures: Sequence[Structure], *, white: bool) -> (
    NDArray[np.uint16]
):  # fmt: skip
    """Return the numbers that the mask files of the data set have.

    A structure with several numbers gets the first; one that is all that is not 0 gets 1, or
    the brightest grey.
    """
    return numbers_table(structures, white=white)[classes]


def numbers_table(structures: Sequence[Structure], *, white: bool) -> NDArray[np.uint16]:
    """Return the number of every class, that of the background first."""
    numbers, names = numbers_of(structures), structure_names(structures)
    first = [numbers[name][0] for name in names]
    anything = WHITE if white else 1
    return np.array([0, *(anything if one == ALL else one for one in first)], np.uint16)


def write_case(
    stem: Path,
    found: SegmentedCase,
    structures: Sequence[Structure],
    guard: Guard,
    *,
    wanted: MaskFormat | None,
    model: str,
) -> Path:
    """Write the mask of one case; gives the file.

    Args:
        stem: its place, without an ending.
        found: the case with its classes.
        structures: what they are.
        guard: reads the headers of the image.
        wanted: the format; None = as the image has it.
        model: what drew it, for DICOM.

    Raises:
        InputError: if the format cannot hold it.
        EnvironmentFailure: if it cannot be written, or a package is missing.
        ImageRefused: if the headers of the image cannot be read.
    """
    kind = choose_format(wanted, found.mask)
    path = stem.with_name(stem.name + ENDINGS[kind])
    labels = number_classes(found.mask.open(), structures, white=kind == "png")
    if kind == "png":
        from radzoo.export.picture_mask import write_picture_mask

        write_picture_mask(path, labels)
        return path
    origin = ask_origin(guard, found.case)
    if kind == "nifti":
        from radzoo.export.nifti_mask import write_nifti_mask

        write_nifti_mask(path, labels, origin)
        return path
    from radzoo.export.dicom_seg import Algorithm, write_seg

    table = numbers_table(structures, white=False)
    names = dict(zip(table[1:].tolist(), structure_names(structures), strict=True))
    write_seg(path, labels, names, origin, Algorithm(model))
    return path


def ask_origin(guard: Guard, case: Case) -> Origin:
    """Return where the voxels of a case lie in its file.

    Raises:
        ImageRefused: if its headers cannot be read.
    """
    return open_origin(guard.ask(Request("origin", case.path, case.member, parts=case.parts)))


def make_pair(
    case: Case, prediction: Path | None, structures: Sequence[Structure], folder: Path
) -> MaskPair:
    """Return the row of a case in a table of pairs.

    Args:
        case: with its mask, if it has one.
        prediction: the file that was written.
        structures: what the numbers in both are.
        folder: of the table; predictions in it are named relative to it.
    """
    near = prediction.relative_to(folder) if prediction else None
    return MaskPair(
        case_id=case.case_id,
        patient_id=case.patient_id,
        reference=case.mask.absolute() if case.mask else None,
        prediction=near,
        reference_member=case.mask_member,
        image=case.path.absolute(),
        structures=tuple((one.number, one.name) for one in structures),
        image_member=case.member,
    )

"""Where the voxels of an image lie in its own file, read from headers in a child of the guard.

The headers of a DICOM source are parsed here, never in the parent; what a segmentation of it
repeats comes back as plain values. Some of these name the patient: they go into the
segmentation and nowhere else.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydicom.dataset import Dataset

from radzoo.core.origin import Header, Origin
from radzoo.data.door import read_head
from radzoo.data.guard import Answer
from radzoo.data.mask.image import ImagePlace, grid_of
from radzoo.data.readers.dicom import trouble_refused
from radzoo.data.readers.dicom_file import MAX_READS_OF_MANY, open_dataset, silence
from radzoo.data.readers.magic import is_dicom, is_nifti, is_npy, is_npz
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import series_of
from radzoo.data.volume.multiframe import stack_frames
from radzoo.data.volume.planes import GEOMETRY

GROUPS: Final = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
OF_FRAME: Final = ("PlanePositionSequence", "PlaneOrientationSequence", "PixelMeasuresSequence")
OF_IMAGE: Final = (
    "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID",
    "FrameOfReferenceUID", "Rows", "Columns", "ImagePositionPatient", "ImageOrientationPatient",
    "PixelSpacing", "SliceThickness", "SpacingBetweenSlices", "NumberOfFrames", *GROUPS,
)  # fmt: skip
OF_PATIENT: Final = (
    "PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "PatientSex",
    "PatientAge", "PatientSize", "PatientWeight", "PatientIdentityRemoved",
    "DeidentificationMethod", "StudyDate", "StudyTime", "StudyID", "StudyDescription",
    "AccessionNumber", "ReferringPhysicianName", "Modality", "SeriesNumber",
    "PatientOrientation", "PositionReferenceIndicator",
    "LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod",
)  # fmt: skip


def read_origin(image: ImagePlace) -> Origin:
    """Return where the voxels of an image, as `read_image` or `read_volume` gives it, come from.

    Raises:
        ImageRefused: if the image has no grid.
    """
    if image.parts or image.path.is_dir():
        with silence(), trouble_refused():
            return _of_series(image)
    head = read_head(image.path)
    if is_nifti(head):
        from radzoo.data.volume.nifti import nifti_place

        claim, fields = nifti_place(image.path)
        return Origin(claim.shape, claim.affine, nifti=fields)
    if is_dicom(head):
        with silence(), trouble_refused():
            return _of_dicom(image)
    if is_npz(head) or is_npy(head):
        raise ImageRefused("no-geometry")
    return Origin(grid_of(image).shape, flat=True)


def pack_origin(origin: Origin) -> tuple[dict[str, Any], bytes]:
    """Return an origin as a message: the headers of a long series are more than a line."""
    plain = {
        "shape": origin.shape,
        "affine": None if origin.affine is None else origin.affine.tolist(),
        "flat": origin.flat,
        "nifti": origin.nifti,
        "sources": origin.sources,
        "frames": origin.frames,
    }
    return {}, json.dumps(plain).encode("ascii")


def open_origin(answer: Answer) -> Origin:
    """Return the origin in an answer.

    Raises:
        ImageRefused: if it was refused.
    """
    if answer.refused is not None:
        raise ImageRefused(answer.refused)
    plain = json.loads(bytes(answer.body))
    slices, rows, columns = plain["shape"]
    affine = plain["affine"]
    return Origin(
        (slices, rows, columns),
        None if affine is None else np.array(affine, dtype=np.float64),
        plain["flat"],
        plain["nifti"],
        tuple(plain["sources"]),
        tuple(plain["frames"]),
    )


def _of_series(image: ImagePlace) -> Origin:
    from radzoo.data.volume.series import find_files, plan_series

    files = [image.path / part for part in image.parts] or find_files(image.path)
    plan = plan_series(files, series_of(image.member))
    return Origin(plan.shape, plan.stack.affine, sources=_headers([one[0] for one in plan.files]))


def _of_dicom(image: ImagePlace) -> Origin:
    grid = grid_of(image)
    if grid.flat:
        # One frame of many is no image that a segmentation could name by itself.
        sources = () if image.member else _headers([image.path])
        return Origin(grid.shape, grid.affine, flat=True, sources=sources)
    dataset = open_dataset(
        image.path, ("Rows", "Columns", "NumberOfFrames", *GEOMETRY), pixels=False,
        max_reads=MAX_READS_OF_MANY,
    )  # fmt: skip
    placed = stack_frames(dataset)
    frames = tuple(place[0] for place in placed.places)
    shape = (len(frames), int(dataset.Rows), int(dataset.Columns))
    return Origin(shape, placed.affine, sources=_headers([image.path]), frames=frames)


def _headers(files: Sequence[Path]) -> tuple[Header, ...]:
    """Return the headers of images; who it is stands in the first alone."""
    headers = []
    for number, file in enumerate(files):
        keywords = OF_IMAGE if number else (*OF_IMAGE, *OF_PATIENT)
        dataset = open_dataset(file, keywords, pixels=False, max_reads=MAX_READS_OF_MANY)
        for sequence in GROUPS:
            for group in dataset.get(sequence) or ():
                _keep(group, OF_FRAME)
        _keep(dataset, keywords)
        headers.append(dataset.to_json_dict())
    return tuple(headers)


def _keep(dataset: Dataset, keywords: Sequence[str]) -> None:
    """Drop every element but these: pydicom gives more than it was asked for."""
    for element in list(dataset):
        if element.keyword not in keywords:
            del dataset[element.tag]

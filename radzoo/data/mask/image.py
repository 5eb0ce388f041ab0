"""The grid of the image that a mask belongs to, from the image's headers alone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from radzoo.data.door import check_pixels, read_head
from radzoo.data.patients import hash_identifier
from radzoo.data.readers import find_reader
from radzoo.data.readers.dicom import trouble_refused
from radzoo.data.readers.dicom_file import MAX_READS_OF_MANY, open_dataset, silence
from radzoo.data.readers.magic import is_dicom, is_nifti, is_npz
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import series_of
from radzoo.data.volume.grid import Grid
from radzoo.data.volume.members import frame_number
from radzoo.data.volume.planes import GEOMETRY, find_plane
from radzoo.data.volume.stack import stack

ELEMENTS = ("SOPInstanceUID", "SOPClassUID", "Rows", "Columns", "NumberOfFrames", *GEOMETRY)


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """Where an image is found: as `Case` says it.

    Attributes:
        path: its file, or the folder of its series.
        member: the part of the file that is meant.
        parts: the files of a series below the folder.
    """

    path: Path
    member: str = ""
    parts: tuple[str, ...] = ()


def grid_of(image: ImagePlace) -> Grid:
    """Return the grid that `read_image` or `read_volume` gives the image.

    Raises:
        ImageRefused: if the image has none.
    """
    if image.parts or image.path.is_dir():
        from radzoo.data.volume.series import find_files, plan_series

        with silence(), trouble_refused():
            files = [image.path / part for part in image.parts] or find_files(image.path)
            return plan_series(files, series_of(image.member)).grid
    head = read_head(image.path)
    if is_nifti(head):
        from radzoo.data.volume.nifti import nifti_grid

        return nifti_grid(image.path)
    if is_dicom(head):
        with silence(), trouble_refused():
            return _dicom_grid(image)
    if is_npz(head):
        raise ImageRefused("no-geometry")
    return _raster_grid(image)


def _dicom_grid(image: ImagePlace) -> Grid:
    from radzoo.data.volume.multiframe import multiframe_grid

    dataset = open_dataset(image.path, ELEMENTS, pixels=False, max_reads=MAX_READS_OF_MANY)
    if "Rows" not in dataset:
        raise ImageRefused("no-image")
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames == 1:
        return _dicom_flat(dataset, None)
    if image.member:
        return _dicom_flat(dataset, frame_number(image.member, frames))
    return multiframe_grid(dataset)


def _dicom_flat(dataset: Dataset, frame: int | None) -> Grid:
    """Return the grid of one image, which lies in space or, as a radiograph, nowhere known."""
    if frame is None and "PerFrameFunctionalGroupsSequence" in dataset:
        frame = 0
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    check_pixels(rows, columns)
    instance = hash_identifier(str(dataset.get("SOPInstanceUID") or ""))
    try:
        plane = find_plane(dataset, frame)
        affine = stack([plane]).affine if plane.thickness_mm else plane.affine(plane.normal)
    except ImageRefused:
        return Grid((1, rows, columns), None, flat=True, instance=instance)
    return Grid(
        (1, rows, columns),
        np.asarray(affine, dtype=np.float64),
        flat=True,
        frame_of_reference=plane.frame_of_reference,
        instance=instance,
    )


def _raster_grid(image: ImagePlace) -> Grid:
    """Return rows and columns as the picture is read: turned as its Exif says."""
    pixels = find_reader(read_head(image.path)).read(image.path, image.member).pixels
    return Grid((1, *pixels.shape), None, flat=True)

"""Masks in DICOM: SEG, RTSTRUCT, or an ordinary image whose values are labels."""

from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from radzoo.core.volume import Mask
from radzoo.data.mask.contours import STRUCTURES, read_contours
from radzoo.data.mask.labels import check_labels
from radzoo.data.mask.segments import SEGMENTS, read_segments
from radzoo.data.readers.dicom import SEGMENTATIONS, trouble_refused
from radzoo.data.readers.dicom_file import LAYOUT, MAX_READS_OF_MANY, open_dataset, silence
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.frames import check_grey, decode_frames
from radzoo.data.volume.grid import Grid

STRUCTURE_SET: Final = "1.2.840.10008.5.1.4.1.1.481.3"


def read_dicom_mask(path: Path, member: str, grid: Grid) -> Mask:
    """Read a mask of whichever kind of DICOM object it is.

    Raises:
        ImageRefused: with the reason.
    """
    with silence(), trouble_refused():
        kind = open_dataset(path, ("SOPClassUID",), pixels=False).get("SOPClassUID")
        if kind in SEGMENTATIONS:
            return read_segments(_open(path, SEGMENTS, pixels=True), member, grid)
        if kind == STRUCTURE_SET:
            return read_contours(_open(path, STRUCTURES, pixels=False), member, grid)
        return _read_image(open_dataset(path, LAYOUT, pixels=True), grid)


def _open(path: Path, keywords: tuple[str, ...], *, pixels: bool) -> Dataset:
    """Open an object of thousands of frames or contours."""
    return open_dataset(path, keywords, pixels=pixels, max_reads=MAX_READS_OF_MANY)


def _read_image(dataset: Dataset, grid: Grid) -> Mask:
    """Read the stored values of one grey image as labels, such as CBIS-DDSM's masks."""
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        raise ImageRefused("no-mask")
    check_grey(dataset, 1)
    if not grid.flat or (dataset.Rows, dataset.Columns) != grid.shape[1:]:
        raise ImageRefused("mask-size")
    return Mask(check_labels(next(decode_frames(dataset, [0]))))

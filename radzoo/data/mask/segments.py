"""DICOM segmentations: binary, fractional and labelmap, placed frame by frame."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from radzoo.core.volume import Mask
from radzoo.data.mask.labels import HIGHEST, shown_name
from radzoo.data.mask.placing import Labels, find_placing, frame_affine, lies_on
from radzoo.data.patients import hash_identifier
from radzoo.data.readers.dicom_file import LAYOUT
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.frames import check_voxels, decode_frames
from radzoo.data.volume.grid import Grid
from radzoo.data.volume.planes import GEOMETRY, find_plane, functional_item

SEGMENT: Final = "segment/"
MAX_FRAMES: Final = 100_000
SEGMENTS: Final = (
    *LAYOUT, *GEOMETRY, "SegmentSequence", "SegmentationType", "MaximumFractionalValue",
    "PixelPaddingValue",
)  # fmt: skip


def read_segments(dataset: Dataset, member: str, grid: Grid) -> Mask:
    """Put the segments of a SEG object on the grid of its image, by the frames' positions.

    Frames that the object leaves out are background. A fractional segment covers a voxel
    from half of `MaximumFractionalValue` on. Voxels of two segments are refused, unless
    `member` (`segment/2`) names the one wanted.

    Raises:
        ImageRefused: if it has no such segment, or does not belong to the image.
    """
    frames = int(dataset.get("NumberOfFrames") or 1)
    if not 1 <= frames <= MAX_FRAMES:
        raise ImageRefused("too-many-voxels")
    check_voxels(frames, int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0))
    names = _names(dataset)
    wanted = _choose(member, names)
    _check_belongs(dataset, grid)
    labels: Labels = np.zeros(grid.shape, dtype=np.uint16)
    for frame, values in _labelled(dataset, frames, wanted):
        covered = _covered(labels, dataset, frame, grid)
        if covered is not None:
            _merge(covered, values)
    return Mask(
        labels[0] if grid.flat else labels,
        {number: names[number] for number in wanted},
        None if grid.flat else grid.affine,
    )


def _names(dataset: Dataset) -> dict[int, str]:
    numbers = {}
    for segment in dataset.get("SegmentSequence") or ():
        number = int(segment.SegmentNumber)
        if not 0 <= number <= HIGHEST:
            raise ImageRefused("bad-header")
        if number:  # a labelmap may name its background
            numbers[number] = shown_name(segment.get("SegmentLabel"), number)
    return numbers


def _choose(member: str, names: dict[int, str]) -> frozenset[int]:
    if not names:
        raise ImageRefused("no-mask")
    if not member:
        return frozenset(names)
    number = member.removeprefix(SEGMENT)
    if not member.startswith(SEGMENT) or not number.isdecimal() or int(number[:9]) not in names:
        raise ImageRefused("no-mask")
    return frozenset({int(number)})


def _check_belongs(dataset: Dataset, grid: Grid) -> None:
    """In space the frame of reference must be the image's; else its size must be."""
    if grid.affine is None:
        if (dataset.Rows, dataset.Columns) != grid.shape[1:]:
            raise ImageRefused("mask-size")
        return
    own = hash_identifier(str(dataset.get("FrameOfReferenceUID") or ""))
    if grid.frame_of_reference and own != grid.frame_of_reference:
        raise ImageRefused("mask-of-another-image")


def _labelled(
    dataset: Dataset, frames: int, wanted: frozenset[int]
) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """Give the frames that hold wanted segments, as labels."""
    kind = dataset.get("SegmentationType")
    if kind not in ("BINARY", "FRACTIONAL", "LABELMAP"):
        raise ImageRefused("bad-header")
    if kind == "LABELMAP":
        for frame, stored in enumerate(decode_frames(dataset, range(frames))):
            yield frame, _keep(dataset, stored, wanted)
        return
    half = float(dataset.get("MaximumFractionalValue") or 1) / 2 if kind == "FRACTIONAL" else 0.5
    segments = [_segment_of(dataset, frame) for frame in range(frames)]
    chosen = [frame for frame in range(frames) if segments[frame] in wanted]
    for frame, stored in zip(chosen, decode_frames(dataset, chosen), strict=True):
        inside: NDArray[np.bool_] = stored >= half
        yield frame, np.where(inside, np.uint16(segments[frame]), np.uint16(0))


def _keep(dataset: Dataset, stored: NDArray[Any], wanted: frozenset[int]) -> NDArray[np.uint16]:
    """Return a labelmap frame without the segments that were not asked for."""
    background = int(dataset.get("PixelPaddingValue") or 0)
    kept = np.isin(stored, sorted(wanted - {background}))
    return np.where(kept, stored, 0).astype(np.uint16)


def _segment_of(dataset: Dataset, frame: int) -> int:
    item = functional_item(dataset, frame, "SegmentIdentificationSequence")
    if item is None:
        raise ImageRefused("bad-header")
    return int(item.ReferencedSegmentNumber)


def _covered(labels: Labels, dataset: Dataset, frame: int, grid: Grid) -> Labels | None:
    """Return the part of the grid that a frame covers; None if it is of another slice."""
    if grid.affine is None:
        if grid.instance and grid.instance not in _sources(dataset, frame):
            raise ImageRefused("mask-of-another-image")
        return labels
    plane = find_plane(dataset, frame)
    if grid.flat and not lies_on(plane.position, grid):
        return None
    shape = (1, plane.rows, plane.columns)
    affine = frame_affine(plane.affine(plane.normal), grid)
    return find_placing(shape, affine, grid).view(labels, shape)


def _sources(dataset: Dataset, frame: int) -> set[str]:
    """Return hashes of the images that a frame was drawn on."""
    derivation = functional_item(dataset, frame, "DerivationImageSequence") or Dataset()
    sources = derivation.get("SourceImageSequence") or ()
    return {hash_identifier(str(item.get("ReferencedSOPInstanceUID") or "")) for item in sources}


def _merge(covered: Labels, values: NDArray[np.uint16]) -> None:
    """Write labels; a voxel of two segments is refused."""
    inside = values > 0
    block = covered.reshape(values.shape)  # of one slice; a copy where it is not contiguous
    if ((block > 0) & (block != values) & inside).any():
        raise ImageRefused("mask-overlaps")
    np.copyto(covered, np.where(inside, values, block).reshape(covered.shape))

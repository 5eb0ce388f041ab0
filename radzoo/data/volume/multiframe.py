"""A DICOM object of many frames as a volume, if its frames form one stack."""

from pathlib import Path
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from radzoo.core.orientation import find_turn
from radzoo.core.volume import Volume
from radzoo.data.readers.dicom import SEGMENTATIONS
from radzoo.data.readers.dicom_file import GREY, LAYOUT, MAX_READS_OF_MANY, open_dataset
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.frames import check_grey, decode_frames
from radzoo.data.volume.grid import Grid, canonical_grid
from radzoo.data.volume.planes import GEOMETRY, find_plane
from radzoo.data.volume.stack import Stack, stack
from radzoo.data.volume.values import RESCALING, Values

ELEMENTS: Final = (*LAYOUT, *GREY, *RESCALING, *GEOMETRY)


def read_multiframe(path: Path) -> Volume:
    """Read the frames of an enhanced object into a volume in the canonical orientation.

    Position, orientation, spacing and rescaling are those of each frame. Frames that are no
    stack (a cine, several phases, a tomosynthesis) are refused; they can be read one by one.

    Raises:
        ImageRefused: with the reason.
    """
    dataset = open_dataset(path, ELEMENTS, pixels=True, max_reads=MAX_READS_OF_MANY)
    frames = _count_frames(dataset)
    check_grey(dataset, frames)
    placed = _place(dataset, frames)
    if any(len(place) > 1 for place in placed.places):
        raise ImageRefused("duplicate-slices")
    shape = (frames, int(dataset.Rows), int(dataset.Columns))
    values = Values(np.empty(shape, dtype=np.float32))
    order = [place[0] for place in placed.places]
    slice_of = {frame: place for place, frame in enumerate(order)}
    for frame, stored in enumerate(decode_frames(dataset, range(frames))):
        values.fill(slice_of[frame], dataset, stored, frame)
    if placed.tilted:
        values.remarks["gantry-tilt"] = frames
    array, unit = values.finish()
    turn = find_turn(placed.affine)
    affine = turn.apply_to_affine(placed.affine, shape)
    return Volume(turn.apply(array), unit, affine, dict(values.remarks), turn)


def multiframe_grid(dataset: Dataset) -> Grid:
    """Return the grid of the volume that the frames form.

    Raises:
        ImageRefused: if they form none.
    """
    frames = _count_frames(dataset)
    placed = stack_frames(dataset)
    first = find_plane(dataset, 0)
    return canonical_grid(
        (frames, first.rows, first.columns),
        placed.affine,
        frame_of_reference=first.frame_of_reference,
    )


def stack_frames(dataset: Dataset) -> Stack:
    """Return the frames in the order of their places, one in each.

    Raises:
        ImageRefused: if they are no stack.
    """
    placed = _place(dataset, _count_frames(dataset))
    if any(len(place) > 1 for place in placed.places):
        raise ImageRefused("duplicate-slices")
    return placed


def _count_frames(dataset: Dataset) -> int:
    if dataset.get("SOPClassUID") in SEGMENTATIONS:
        raise ImageRefused("mask-not-image")
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames == 1 and "PerFrameFunctionalGroupsSequence" not in dataset:
        raise ImageRefused("no-volume" if "Rows" in dataset else "no-image")
    return frames


def _place(dataset: Dataset, frames: int) -> Stack:
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or ()
    if len(groups) != frames:
        raise ImageRefused("no-geometry" if not groups else "bad-header")
    return stack([find_plane(dataset, frame) for frame in range(frames)])

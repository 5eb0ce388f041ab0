"""A classic DICOM series, one file per slice, as a volume."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from radzoo.core.orientation import find_turn
from radzoo.core.volume import Volume
from radzoo.data.folder import judge, walk
from radzoo.data.patients import hash_identifier
from radzoo.data.readers.dicom_file import GREY, LAYOUT, open_dataset
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.frames import check_grey, check_voxels, decode_frames
from radzoo.data.volume.grid import Grid, canonical_grid
from radzoo.data.volume.planes import GEOMETRY, find_plane
from radzoo.data.volume.stack import Plane, Stack, stack
from radzoo.data.volume.values import RESCALING, Values

MAX_FILES: Final = 20_000
HEADER: Final = ("SeriesInstanceUID", "ImageType", "NumberOfFrames", "Rows", "Columns")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which files make which slices of a volume.

    Attributes:
        files: for each slice its file, and others in the same place that may be copies.
        remarks: what was left out on the way.
    """

    files: tuple[tuple[Path, ...], ...]
    stack: Stack
    first: Plane
    remarks: Counter[str]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows and columns as stored."""
        return len(self.files), self.first.rows, self.first.columns

    @property
    def grid(self) -> Grid:
        """The grid of the volume, known without its pixels."""
        return canonical_grid(
            self.shape,
            self.stack.affine,
            frame_of_reference=self.first.frame_of_reference,
            remarks=self.remarks,
        )


def find_files(folder: Path) -> tuple[Path, ...]:
    """Return the DICOM files below a folder.

    Raises:
        ImageRefused: if there is none.
    """
    files = tuple(walk(folder))
    found = tuple(path for path in files if judge(path) == "dicom")
    if not found:
        raise ImageRefused("no-dicom" if files else "empty-folder")
    return found


def plan_series(files: Sequence[Path], series: str = "") -> Plan:
    """Read the headers of files and sort them by position; pixels stay unread.

    Args:
        files: in any order.
        series: hash of the one `SeriesInstanceUID` to take; empty if there is only one.

    Raises:
        ImageRefused: if they are no single, complete and even stack of one series.
    """
    if len(files) > MAX_FILES:
        raise ImageRefused("too-many-voxels")
    remarks: Counter[str] = Counter()
    planes: list[Plane] = []
    kept: list[Path] = []
    for file, header in _choose(files, series, remarks):
        if int(header.get("NumberOfFrames") or 1) > 1:
            raise ImageRefused("multi-frame")
        planes.append(find_plane(header))
        kept.append(file)
    sorted_in = stack(planes)
    if sorted_in.tilted:
        remarks["gantry-tilt"] = len(sorted_in.places)
    check_voxels(len(sorted_in.places), planes[0].rows, planes[0].columns)
    places = tuple(tuple(kept[item] for item in place) for place in sorted_in.places)
    return Plan(places, sorted_in, planes[0], remarks)


def read_series(files: Sequence[Path], series: str = "") -> Volume:
    """Read the slices of a series into one volume in the canonical orientation.

    Raises:
        ImageRefused: as `plan_series`, or if a slice cannot be decoded, or if there are
            different images in one place.
    """
    plan = plan_series(files, series)
    values = Values(np.empty(plan.shape, dtype=np.float32), Counter(plan.remarks))
    for place, here in enumerate(plan.files):
        _read_slice(values, place, here[0])
        for copy in here[1:]:
            _check_copy(values, place, copy)
    array, unit = values.finish()
    turn = find_turn(plan.stack.affine)
    affine = turn.apply_to_affine(plan.stack.affine, plan.shape)
    return Volume(turn.apply(array), unit, affine, dict(values.remarks), turn)


def _choose(
    files: Sequence[Path], series: str, remarks: Counter[str]
) -> list[tuple[Path, Dataset]]:
    """Return the images of the one series, without its localisers."""
    images: list[tuple[Path, Dataset]] = []
    found: set[str] = set()
    for file in files:
        header = open_dataset(file, (*HEADER, *GEOMETRY), pixels=False)
        own = hash_identifier(str(header.get("SeriesInstanceUID") or ""))
        if series and own != series:
            continue
        if "Rows" not in header:
            remarks["others-left-out"] += 1
            continue
        found.add(own)
        images.append((file, header))
    if len(found) > 1:
        raise ImageRefused("mixed-series")
    slices = [(file, header) for file, header in images if not _is_localiser(header)]
    if not slices:
        raise ImageRefused("no-image")
    if len(slices) < len(images):
        remarks["localisers-left-out"] = len(images) - len(slices)
    return slices


def _is_localiser(header: Dataset) -> bool:
    kinds = header.get("ImageType") or ()
    return "LOCALIZER" in ([kinds] if isinstance(kinds, str) else list(kinds))


def _read_slice(values: Values, place: int, file: Path) -> None:
    dataset = open_dataset(file, (*LAYOUT, *GREY, *RESCALING), pixels=True)
    check_grey(dataset, 1)
    if (dataset.Rows, dataset.Columns) != values.array.shape[1:]:
        raise ImageRefused("mixed-sizes")  # it was another file a moment ago
    values.fill(place, dataset, next(decode_frames(dataset, [0])))


def _check_copy(values: Values, place: int, file: Path) -> None:
    """Leave a slice out that stands there already, pixel for pixel; refuse another one."""
    copy = Values(np.empty((1, *values.array.shape[1:]), dtype=np.float32))
    _read_slice(copy, 0, file)
    if not np.array_equal(copy.array[0], values.array[place], equal_nan=True):
        raise ImageRefused("duplicate-slices")
    values.remarks["copies-left-out"] += 1

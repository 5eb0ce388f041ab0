"""Reading masks in disposable children, and measuring structure by structure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Refused
from radzoo.core.mask_pairs import MaskPair, Structures
from radzoo.core.measure_report import SIZES, Measurement
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.volume import Mask, Volume
from radzoo.data.guard import Answer, Guard, Request
from radzoo.data.refusal import ImageRefused, describe_reason
from radzoo.data.volume.message import open_mask, open_volume
from radzoo.data.volume.origin import open_origin
from radzoo.metrics.masks.box import Box, join_boxes
from radzoo.metrics.shapes.measure import measure_shape, measure_size, measure_values
from radzoo.workflows.evaluation.mask_files import Labels, find_boxes, name_numbers, select

Spacing = tuple[float, ...] | None
OF_AN_IMAGE: Final = frozenset({"mask-not-image", "no-image"})
NO_IMAGE: Final = "no-image-named: a DICOM mask lies on an image, which --image names"


@dataclass(frozen=True, slots=True)
class MeasuredMask:
    """All structures of one mask.

    Attributes:
        bare: has it no spacing, so that nothing in mm is known?
        unnamed: has it numbers that are none of the structures asked for?
        cut: structures that reach the edge of the image.
        dimensions: 2 or 3.
    """

    pair: MaskPair
    found: list[Measurement]
    bare: bool
    unnamed: bool
    dimensions: int
    cut: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the voxels of a mask lie.

    Attributes:
        axes: step in mm from voxel to voxel along each axis as a column; None = not known.
        origin: centre of the first voxel, LPS; None = not known.
    """

    axes: Matrix | None
    origin: Vector | None = None


def measure_files(
    pairs: Sequence[MaskPair],
    structures: Structures,
    spacing_mm: Spacing,
    *,
    workers: int,
    track: Callable[[Iterable[MaskPair]], Iterable[MaskPair]] = iter,
) -> Iterator[MeasuredMask | Refused]:
    """Read and measure mask after mask; what cannot be measured says why.

    Only a few masks are in memory at any time.

    Args:
        pairs: `prediction` is measured; the size of `reference` stands beside it.
        structures: numbers and names for masks that name none of their own.
        spacing_mm: of pictures whose table does not say it.
        workers: how many files are decoded at a time.
        track: shows progress.
    """
    with Guard(workers) as guard:
        answers = guard.map(request for pair in pairs for request in ask(pair))
        for pair in track(pairs):
            given = [next(answers) for _ in ask(pair)]
            if not given or pair.prediction is None:
                yield Refused(pair.case_id, describe_reason("missing-file"))
                continue
            try:
                yield measure_mask(guard, pair, given, pair.structures or structures, spacing_mm)
            except ImageRefused as refused:
                yield Refused(pair.case_id, say_why(refused.code, pair, given))


def say_why(code: str, pair: MaskPair, given: Sequence[Answer]) -> str:
    """Say why a mask was not measured."""
    if code in OF_AN_IMAGE and pair.image is None:
        return NO_IMAGE
    is_reference = not given[0].refused and len(given) > 1 and given[1].refused
    return f"{'reference: ' if is_reference else ''}{describe_reason(code)}"


def ask(pair: MaskPair) -> list[Request]:
    """Ask for the mask, and for the reference, on the grid of the image or on their own."""
    wanted = []
    for path, member in (
        (pair.prediction, pair.prediction_member),
        (pair.reference, pair.reference_member),
    ):
        if pair.prediction is not None and path is not None:
            own = pair.image_member if pair.image else ""
            wanted.append(Request("mask", path, member, image=pair.image or path, image_member=own))
    return wanted


def measure_mask(
    guard: Guard, pair: MaskPair, given: Sequence[Answer], structures: Structures, spacing: Spacing
) -> MeasuredMask:
    """Measure each structure of one mask.

    Raises:
        ImageRefused: if a file cannot be used, or the spacing has not the axes of the mask.
    """
    mask = open_mask(given[0])
    reference = open_mask(given[1]) if len(given) > 1 else None
    grid = find_grid(guard, pair, mask, spacing)
    volume = ask_values(guard, pair, mask)
    boxes = find_boxes(mask.labels)
    numbers = name_numbers(frozenset(boxes), structures, mask.names)
    sizes = {} if reference is None else measure_reference(reference, mask, structures, grid)
    declared = [name for _, name in structures] if structures else [*mask.names.values()]
    names = dict.fromkeys([*declared, *numbers, *sizes])
    found, cut = [], set()
    for name in names:
        chosen = numbers.get(name, [])
        box = join_boxes([boxes[number] for number in chosen]) if chosen else None
        if box is not None and touches(box, mask.labels.shape):
            cut.add(name)
        values = measure_one(mask.labels, chosen, box, grid, volume)
        if reference is not None:
            values |= sizes.get(name) or empty_reference(grid, mask.labels.ndim)
        found.append(
            Measurement(
                case_id=pair.case_id, patient_id=pair.patient_id, structure=name, values=values,
                unit=volume.unit if volume is not None else "",
            )
        )  # fmt: skip
    named = {number for several in numbers.values() for number in several}
    unnamed = bool(boxes.keys() - named)
    return MeasuredMask(pair, found, grid.axes is None, unnamed, mask.labels.ndim, frozenset(cut))


def measure_one(
    labels: Labels, chosen: Sequence[int], box: Box | None, grid: Grid, volume: Volume | None
) -> dict[str, float]:
    """Measure one structure within its box."""
    if box is None:
        nothing = np.zeros((0,) * labels.ndim, dtype=np.bool_)
        return dict(measure_shape(nothing, grid.axes))
    inside = select(labels[box], chosen)
    start = np.array([along.start for along in box], dtype=np.float64)
    origin = None
    if grid.origin is not None and grid.axes is not None:
        origin = grid.origin + grid.axes @ start
    found = dict(measure_shape(inside, grid.axes, origin))
    if "axial_slice" in found:
        found["axial_slice"] += start[0]
    if volume is not None:
        found |= measure_values(volume.values[box][inside])
    return found


def find_grid(guard: Guard, pair: MaskPair, mask: Mask, spacing: Spacing) -> Grid:
    """Return where the voxels lie, by the files, or as far as the user says.

    Raises:
        ImageRefused: `mask-size` if the spacing has not the axes of the mask.
    """
    if mask.affine is not None:
        return Grid(mask.affine[:3, :3], mask.affine[:3, 3])
    stated = pair.spacing_mm or spacing
    if stated is not None:
        if len(stated) != mask.labels.ndim:
            raise ImageRefused("mask-size")
        return Grid(np.diag(stated).astype(np.float64))
    if mask.labels.ndim == 2 and pair.image is not None:
        answer = guard.ask(Request("origin", pair.image, pair.image_member))
        origin = None if answer.refused else open_origin(answer)
        if origin is not None and origin.affine is not None:
            return Grid(origin.affine[:3, 1:3], origin.affine[:3, 3])
    return Grid(None)


def ask_values(guard: Guard, pair: MaskPair, mask: Mask) -> Volume | None:
    """Return the volume that a mask lies on; None if no image of several slices is named.

    Raises:
        ImageRefused: if it cannot be read.
    """
    if pair.image is None or mask.labels.ndim != 3:
        return None
    volume = open_volume(guard.ask(Request("volume", pair.image, pair.image_member)))
    if volume.values.shape != mask.labels.shape:
        raise ImageRefused("mask-size")
    return volume


def measure_reference(
    reference: Mask, mask: Mask, structures: Structures, grid: Grid
) -> dict[str, dict[str, float]]:
    """Return the size of each structure of a reference, on the grid that it lies on."""
    labels: NDArray[np.uint16] = reference.labels
    axes = grid.axes if reference.affine is None else reference.affine[:3, :3]
    counts = np.bincount(labels.ravel())
    seen = frozenset(np.flatnonzero(counts).tolist()) - {0}
    numbers = name_numbers(seen, structures, reference.names or mask.names)
    return {
        name: as_reference(measure_size(int(counts[several].sum()), axes, labels.ndim))
        for name, several in numbers.items()
    }


def empty_reference(grid: Grid, dimensions: int) -> dict[str, float]:
    """Return the size of what a reference does not have."""
    return as_reference(measure_size(0, grid.axes, dimensions))


def as_reference(size: dict[str, float]) -> dict[str, float]:
    """Return sizes under the names of the reference's columns."""
    return {f"reference_{name}": size[name] for name, _ in SIZES if name in size}


def touches(box: Box, shape: tuple[int, ...]) -> bool:
    """Does a box reach the edge of the image? A single slice is all edge: it does not count."""
    return any(
        size > 1 and (along.start == 0 or along.stop == size)
        for along, size in zip(box, shape, strict=True)
    )

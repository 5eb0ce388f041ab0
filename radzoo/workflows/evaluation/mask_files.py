"""Reading pairs of masks in disposable children, and comparing them structure by structure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Refused
from radzoo.core.mask_pairs import MaskPair, Structures
from radzoo.core.report_tasks import MaskCase
from radzoo.core.volume import Mask
from radzoo.data.guard import Guard, Request
from radzoo.data.refusal import ImageRefused, describe_reason
from radzoo.data.volume.message import open_mask
from radzoo.metrics.masks.box import Box, join_boxes
from radzoo.metrics.masks.measure import measure_masks

Labels = NDArray[np.uint16]
Numbers = dict[str, list[int]]
Read = tuple[MaskPair, Mask, Mask]


@dataclass(frozen=True, slots=True)
class MeasuredPair:
    """All structures of one pair.

    Attributes:
        numbers: what is in the reference and in the prediction, besides 0.
        unnamed: some of those have no name among the structures that were asked for.
    """

    pair: MaskPair
    cases: list[MaskCase]
    numbers: tuple[frozenset[int], frozenset[int]]
    unnamed: bool


def measure_pairs(
    pairs: Sequence[MaskPair],
    structures: Structures,
    tolerance_mm: float,
    *,
    workers: int,
    track: Callable[[Iterable[MaskPair]], Iterable[MaskPair]] = iter,
) -> Iterator[MeasuredPair | Refused]:
    """Read and compare pair after pair; what cannot be compared says why.

    Only a few masks are in memory at any time.

    Args:
        pairs: which files.
        structures: numbers and names for pairs that name none of their own.
        tolerance_mm: of the surface agreement.
        workers: how many files are decoded at a time.
        track: shows progress over the pairs.
    """
    readable = [pair for pair in pairs if pair.reference and pair.prediction]
    with Guard(workers) as guard:
        answers = guard.map(request for pair in readable for request in ask_pair(pair))
        for pair in track(pairs):
            if not pair.reference or not pair.prediction:
                yield Refused(pair.case_id, describe_reason("missing-file"))
                continue
            # Both answers are taken whatever they say: the next pair's come after them.
            given = next(answers), next(answers)
            try:
                masks = open_mask(given[0]), open_mask(given[1])
                yield measure_pair(pair, *masks, pair.structures or structures, tolerance_mm)
            except ImageRefused as refused:
                which = "reference" if given[0].refused else "prediction"
                reason = f"{which}: {describe_reason(refused.code)}"
                yield Refused(pair.case_id, reason)


def ask_pair(pair: MaskPair) -> list[Request]:
    """Ask for both masks on one grid: that of the image, or else of the reference."""
    if pair.reference is None or pair.prediction is None:
        return []
    image = pair.image or pair.reference
    member = pair.image_member if pair.image else ""
    return [
        Request("mask", file, part, image=image, image_member=member)
        for file, part in (
            (pair.reference, pair.reference_member), (pair.prediction, pair.prediction_member),
        )
    ]  # fmt: skip


def measure_pair(
    pair: MaskPair, reference: Mask, prediction: Mask, structures: Structures, tolerance_mm: float
) -> MeasuredPair:
    """Compare each structure of two masks.

    Raises:
        ImageRefused: `mask-size` if they, or the spacing, have not the same axes.
    """
    if reference.labels.shape != prediction.labels.shape:
        raise ImageRefused("mask-size")
    spacing = reference.spacing_mm or pair.spacing_mm
    if spacing is not None and len(spacing) != reference.labels.ndim:
        raise ImageRefused("mask-size")
    one, other, steps = drop_single_axes(reference.labels, prediction.labels, spacing)
    boxes = find_boxes(one), find_boxes(other)
    seen = frozenset(boxes[0]), frozenset(boxes[1])
    numbers = (
        name_numbers(seen[0], structures, reference.names),
        name_numbers(seen[1], structures, prediction.names or reference.names),
    )
    names = dict.fromkeys([*(name for _, name in structures), *sorted({*numbers[0], *numbers[1]})])
    cases = []
    for name in names:
        chosen = numbers[0].get(name, []), numbers[1].get(name, [])
        around = [boxes[side][number] for side in (0, 1) for number in chosen[side]]
        box = join_boxes(around) if around else (slice(0, 0),) * one.ndim
        masks = select(one[box], chosen[0]), select(other[box], chosen[1])
        measured = measure_masks(*masks, steps, tolerance_mm)
        cases.append(
            MaskCase(case_id=pair.case_id, label=name, values=measured.values, empty=measured.empty)
        )
    named = {number for side in numbers for several in side.values() for number in several}
    return MeasuredPair(pair, cases, seen, bool((seen[0] | seen[1]) - named))


def drop_single_axes(
    reference: Labels, prediction: Labels, spacing: Sequence[float] | None
) -> tuple[Labels, Labels, tuple[float, ...] | None]:
    """Take a volume of one slice for the image that it is: else all of it would be border."""
    kept = [axis for axis, size in enumerate(reference.shape) if size > 1]
    if reference.ndim < 3 or len(kept) != 2:
        return reference, prediction, None if spacing is None else tuple(spacing)
    single = tuple(axis for axis in range(reference.ndim) if axis not in kept)
    steps = None if spacing is None else tuple(spacing[axis] for axis in kept)
    return reference.squeeze(single), prediction.squeeze(single), steps


def find_boxes(labels: Labels) -> dict[int, Box]:
    """Return the smallest box around each number but 0, in one pass."""
    from scipy.ndimage import find_objects

    boxes = find_objects(labels)
    return {at + 1: box for at, box in enumerate(boxes) if box is not None}


def name_numbers(seen: frozenset[int], structures: Structures, own: Mapping[int, str]) -> Numbers:
    """Return which of the numbers in a mask belong to each structure.

    Args:
        seen: numbers in the mask.
        structures: what they are, if somebody says so; numbers without a name are left out.
        own: what the mask says that they are; a number without a name is `label_<number>`. If
            it names all the structures itself, as a DICOM SEG does, its own numbers count.
    """
    found: Numbers = {}
    wanted = {name for _, name in structures}
    if wanted and wanted <= set(own.values()):
        structures = tuple((number, name) for number, name in own.items() if name in wanted)
    for number, name in structures:
        if number == 0:
            found.setdefault(name, []).extend(sorted(seen))
        elif number in seen:
            found.setdefault(name, []).append(number)
    if not structures:
        for number in sorted(seen):
            found.setdefault(own.get(number, f"label_{number}"), []).append(number)
    return found


def select(labels: Labels, numbers: Sequence[int]) -> NDArray[np.bool_]:
    """Return where a mask has one of several numbers."""
    if len(numbers) == 1:
        return np.asarray(labels == numbers[0])
    return np.isin(labels, numbers)

"""`measure`: masks in, sizes and shapes of their structures out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from radzoo.core.case import Refused
from radzoo.core.errors import InputError
from radzoo.core.mask_pairs import MaskPair, Structures
from radzoo.core.measure_report import SIZES, Measurement, MeasureReport
from radzoo.core.report import RefusedCase
from radzoo.core.report_tasks import Agreement
from radzoo.metrics.estimate import IntervalOptions
from radzoo.workflows.evaluation.mask_volumes import SizePair, volume_agreement
from radzoo.workflows.evaluation.warnings import count_cases
from radzoo.workflows.measure_files import MeasuredMask, Spacing, measure_files
from radzoo.workflows.measure_inputs import MeasureInputs, find_masks
from radzoo.workflows.refusals import check_refused


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """How it is measured.

    Attributes:
        structures: numbers in the masks and what they are; () = as the masks have them.
        spacing_mm: of pictures, rows and columns; None = as the files or the table say.
        intervals: of the agreement with a reference.
        workers: how many files are decoded at a time.
        max_refused: share of masks that may be refused; that all are is never allowed.
    """

    structures: Structures = ()
    spacing_mm: Spacing = None
    intervals: IntervalOptions = field(default_factory=IntervalOptions)
    workers: int = 2
    max_refused: float = 1.0


def measure(
    inputs: MeasureInputs,
    options: MeasureOptions,
    *,
    track: Callable[[Iterable[MaskPair]], Iterable[MaskPair]] = iter,
    warn: Callable[[str], object] = lambda message: None,
) -> MeasureReport:
    """Measure every structure of every mask.

    Args:
        inputs: the masks, and what belongs to them.
        options: how.
        track: shows progress over the masks.
        warn: told of refused masks; the report has them, too.

    Raises:
        InputError: if there is no mask, or none has a voxel that is not 0.
        RefusedError: if more than `max_refused` of the masks were refused, or all.
    """
    pairs = find_masks(inputs)
    results = list(
        measure_files(
            pairs, options.structures, options.spacing_mm, workers=options.workers, track=track
        )
    )
    refused = [one for one in results if isinstance(one, Refused)]
    for message in check_refused(refused, len(pairs), allowed=options.max_refused):
        warn(message)
    masks = [one for one in results if isinstance(one, MeasuredMask)]
    measurements = complete(masks)
    if not measurements:
        raise InputError(
            f"no voxel of {count_masks(len(masks))} is other than 0, and no structure was named",
            id="empty-masks",
            hint="is it the mask? --structures 1=NAME names what should be there",
        )
    structures = list(dict.fromkeys(one.structure for one in measurements))
    compared = any(one.pair.reference for one in masks)
    return MeasureReport(
        n_cases=len({one.case_id for one in measurements}),
        n_refused=len(refused),
        structures=structures,
        measurements=measurements,
        agreement=agree(measurements, options.intervals) if compared else [],
        warnings=doubts(masks),
        refused=[RefusedCase(case_id=one.case_id, reason=one.reason) for one in refused],
    )


def complete(masks: Sequence[MeasuredMask]) -> list[Measurement]:
    """Add what no voxel of a mask is, though others have it: its size is 0.

    Not where a row says which structures it is about: it is not about others.
    """
    names = dict.fromkeys(
        one.structure for mask in masks if not mask.pair.structures for one in mask.found
    )
    found = []
    for mask in masks:
        found += mask.found
        there = {one.structure for one in mask.found}
        lacking = [] if mask.pair.structures else [name for name in names if name not in there]
        found += [
            Measurement(
                case_id=mask.pair.case_id, patient_id=mask.pair.patient_id, structure=name,
                values=nothing(mask),
            )
            for name in lacking
        ]  # fmt: skip
    return found


def nothing(mask: MeasuredMask) -> Mapping[str, float]:
    """Return the values of a structure that is not there."""
    size = {} if mask.bare else {"volume_ml" if mask.dimensions == 3 else "area_mm2": 0.0}
    beside = {f"reference_{name}": 0.0 for name in size} if mask.pair.reference else {}
    return {"voxels": 0.0, "components": 0.0, **size, **beside}


def agree(measurements: Sequence[Measurement], intervals: IntervalOptions) -> list[Agreement]:
    """Compare sizes with those of the references, volumes first."""
    found = []
    for name, unit in SIZES:
        sizes = [
            SizePair(
                one.case_id, one.structure, one.patient_id, one.values[f"reference_{name}"],
                one.values[name],
            )
            for one in measurements
            if f"reference_{name}" in one.values and name in one.values
        ]  # fmt: skip
        found += volume_agreement(sizes, intervals, unit=unit) if sizes else []
    return found


def doubts(masks: Sequence[MeasuredMask]) -> list[str]:
    """Say what the numbers do not tell."""
    warnings = []
    bare = sum(mask.bare for mask in masks)
    if bare:
        warnings.append(
            f"{count_masks(bare)} without a spacing: counted in voxels alone. Give it with "
            "--spacing-mm, or in a column spacing_mm."
        )
    unnamed = sum(mask.unnamed for mask in masks)
    if unnamed:
        warnings.append(
            f"{count_masks(unnamed)} with numbers that have no name among the structures: those "
            "are not measured."
        )
    cut = sum(bool(mask.cut) for mask in masks)
    if cut:
        names = sorted(frozenset().union(*(mask.cut for mask in masks)))
        told = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
        warnings.append(
            f"{count_cases(cut)} in which a structure reaches the edge of the image ({told}): "
            "what lies beyond is not measured."
        )
    return warnings


def count_masks(number: int) -> str:
    """Write a number of masks."""
    return "1 mask" if number == 1 else f"{number:,} masks"

"""Everything that is said of one structure of one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

from radzoo.metrics.masks.box import crop_both
from radzoo.metrics.masks.lesions import count_lesions
from radzoo.metrics.masks.overlap import (
    Overlap,
    Voxels,
    count_overlap,
    dice,
    iou,
    voxel_precision,
    voxel_sensitivity,
)
from radzoo.metrics.masks.surfaces import assd, hd, hd95, measure_surfaces, nsd

Empty = Literal["both", "reference", "prediction"]
Values = dict[str, float | None]

MM3_PER_ML = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """What two masks of one structure say of each other.

    Attributes:
        values: name to value; None where it does not exist. Of masks of which one is empty
            only sizes and lesions exist.
        empty: which mask is empty.
    """

    values: Values
    empty: Empty | None


def measure_masks(
    reference: Voxels,
    prediction: Voxels,
    spacing_mm: Sequence[float] | None,
    tolerance_mm: float | None,
) -> Measured:
    """Compare two masks in every way.

    Args:
        reference: 2-D or 3-D, true inside.
        prediction: of the same shape.
        spacing_mm: step from voxel to voxel along each axis; None = not known: then nothing
            in mm or mL exists.
        tolerance_mm: of `nsd`; None = none is wanted.
    """
    one, other = crop_both(reference, prediction)
    overlap = count_overlap(one, other)
    values = {**measure_sizes(overlap, spacing_mm), **measure_lesions(one, other)}
    empty = which_empty(overlap)
    if empty:
        return Measured(values, empty)
    values |= {
        "dice": dice(overlap),
        "iou": iou(overlap),
        "sensitivity": voxel_sensitivity(overlap),
        "precision": voxel_precision(overlap),
    }
    if spacing_mm is not None:
        surfaces = measure_surfaces(one, other, spacing_mm)
        values |= {"hd95": hd95(surfaces), "hd": hd(surfaces), "assd": assd(surfaces)}
        if tolerance_mm is not None:
            values["nsd"] = nsd(surfaces, tolerance_mm)
    return Measured(values, None)


def which_empty(overlap: Overlap) -> Empty | None:
    """Say which mask has no voxel."""
    if not overlap.reference:
        return "reference" if overlap.prediction else "both"
    return None if overlap.prediction else "prediction"


def measure_sizes(overlap: Overlap, spacing_mm: Sequence[float] | None) -> Values:
    """Return the size of both masks: mL of a volume, mm2 of an image."""
    if spacing_mm is None:
        return {}
    mm = prod(spacing_mm)
    name, unit = ("volume_ml", mm / MM3_PER_ML) if len(spacing_mm) == 3 else ("area_mm2", mm)
    return {
        f"reference_{name}": overlap.reference * unit,
        f"predicted_{name}": overlap.prediction * unit,
    }


def measure_lesions(reference: Voxels, prediction: Voxels) -> Values:
    """Return how many lesions there are, and how many were found or are false."""
    lesions = count_lesions(reference, prediction)
    return {
        "lesions": float(lesions.reference),
        "lesions_found": float(lesions.found),
        "false_positive_lesions": float(lesions.false),
    }

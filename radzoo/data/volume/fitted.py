"""A volume, and the mask beside it, in the form that is wanted; in a child of the guard."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Affine, Volume
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.mask.square import side_by_side
from radzoo.data.refusal import ImageRefused
from radzoo.data.region import ALL, Sight, Span, find_spans
from radzoo.data.volume import read_volume
from radzoo.data.volume.axis import Axis, put_inside, resample, take_nearest
from radzoo.data.volume.frames import check_voxels
from radzoo.data.volume.intensity import find_range, to_grey
from radzoo.data.volume.target import VolumeTarget

Mask = tuple[Path, str]
MASK: "Final[np.dtype[Any]]" = np.dtype("<u2")
PLACES: Final = 9  # of an affine: what is beyond differs from machine to machine


def read_fitted(
    image: ImagePlace,
    target: VolumeTarget,
    mask: Mask | None = None,
    *,
    masked: bool = False,
    sight: Sight = ALL,
) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """Return facts, and the bytes of the grey values, followed by those of the labels.

    Labels are taken from the nearest voxel, on the same grid.

    Args:
        image: the volume.
        target: the form.
        mask: its mask; None if it has none.
        masked: are labels wanted? Without a mask all are 0.
        sight: the region, and how much is seen around it.

    Raises:
        ImageRefused: if there is no such volume, or its mask cannot be used.
    """
    check_voxels(*target.shape)
    volume = read_volume(image.path, image.member, image.parts)
    shape = volume.values.shape
    axes = _plan(volume, image, target, sight)
    limits = find_range(volume, target)
    values = resample(volume.values, axes)
    grey = put_inside(to_grey(values, limits, target.stored), axes)
    facts = {
        "affine": None if volume.affine is None else _moved(volume.affine, axes, target.margin),
        "unit": "HU" if target.intensity == "hu" else volume.unit,
        "limits": list(limits),
        "masked": mask is not None,
        "extent": [_extent(axis, target.margin) for axis in axes],
        "mean": round(float(values.mean(dtype=np.float64)), PLACES) if values.size else 0.0,
        "std": round(float(values.std(dtype=np.float64)), PLACES) if values.size else 0.0,
    }
    del values
    parts = [grey]
    if masked:
        labels = np.zeros(target.shape, MASK)
        if mask is not None:
            del volume  # room for the mask, which is as large
            labels = _labels(image, mask, shape, axes)
        parts.append(labels)
    return facts, side_by_side(*parts)


def _plan(volume: Volume, image: ImagePlace, target: VolumeTarget, sight: Sight) -> list[Axis]:
    """Return where the wanted voxels lie: around the region, or in the middle."""
    shape = volume.values.shape
    if sight.whole:
        return target.plan(shape, volume.spacing_mm)
    return target.plan_region(shape, volume.spacing_mm, find_region(volume, image, sight), sight)


def find_region(volume: Volume, image: ImagePlace, sight: Sight) -> tuple[Span, ...]:
    """Return the part of each axis of a volume that its region takes.

    Raises:
        ImageRefused: if the region cannot be used.
    """
    labels, shape = None, volume.values.shape
    if sight.region is not None and sight.region.kind == "mask" and sight.mask is not None:
        labels = read_mask(sight.mask, sight.mask_member, image).labels
        if labels.shape != shape:
            raise ImageRefused("mask-size")
    return find_spans(sight.region, shape, turn=volume.turn, labels=labels)


def _labels(
    image: ImagePlace, mask: Mask, shape: tuple[int, ...], axes: list[Axis]
) -> NDArray[np.uint16]:
    labels = read_mask(*mask, image).labels
    if labels.shape != shape:
        raise ImageRefused("mask-size")
    return put_inside(take_nearest(labels, axes), axes).astype(MASK)


def _extent(axis: Axis, margin: int) -> list[int]:
    """Return the first voxel, counted behind the margin, that lies in the volume, and the end."""
    length = axis.length - 2 * margin
    ends = (min(max(place - margin, 0), length) for place in (axis.inside.start, axis.inside.stop))
    return list(ends)


def _moved(affine: Affine, axes: list[Axis], margin: int) -> list[list[float]]:
    """Return the affine of the wanted voxels, of which the first is behind the margin."""
    moved = affine.copy()
    for place, axis in enumerate(axes):
        moved[:3, 3] += affine[:3, place] * axis.place(margin)
        moved[:3, place] *= axis.step
    return [[round(float(value), PLACES) + 0.0 for value in row] for row in moved]

"""What a file shows, in numbers and as a small picture; runs in a child of the guard."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from radzoo.core.case import Image
from radzoo.core.window import Window
from radzoo.data.door import read_head
from radzoo.data.inspection import inspect
from radzoo.data.mask.image import ImagePlace
from radzoo.data.readers import find_reader
from radzoo.data.readers.magic import is_dicom
from radzoo.data.refusal import ImageRefused
from radzoo.data.region import ALL, Sight, Span
from radzoo.data.region_crop import find_region

# Without a window a volume is shown between these, which leaves out lone bright voxels.
PERCENTILES: Final = (0.5, 99.5)
# The highest value of the modes that Pillow has for grey.
FULL: Final = {"L": 255, "I;16": 65535, "I;16B": 65535, "I": 65535}


@dataclass(frozen=True, slots=True)
class Shown:
    """One image or slice as it is shown.

    Attributes:
        grey: `(rows, columns)`, 0 = black, 1 = white.
        spacing_mm: of rows and columns; None if the file does not say.
        facts: ranges of the values on the way there.
        region: what is meant of rows and columns; None = all.
    """

    grey: NDArray[np.float32]
    spacing_mm: tuple[float, float] | None
    facts: dict[str, Any]
    region: tuple[Span, Span] | None = None


def preview(
    path: Path,
    member: str,
    longest: int,
    window: Window | None,
    *,
    parts: tuple[str, ...] = (),
    sight: Sight = ALL,
) -> tuple[dict[str, Any], bytes]:
    """Return technical facts, value ranges and a uint8 picture no longer than `longest`.

    Of a volume the middle slice is shown, or that in the middle of a region. Pixels that are not
    square are made so. `box` tells the edges of a region, upper, lower, left and right, as shares
    of the picture.

    Raises:
        ImageRefused: if there is nothing to show.
    """
    facts = inspect(path, member, parts)
    place = ImagePlace(path, member, parts)
    if "refused_image" in facts:
        raise ImageRefused(facts["refused_image"], *facts["refused_numbers"])
    volume = "slices" in facts
    shown = _slice(place, window, sight) if volume else _image(place, window, sight)
    picture = _small(shown, longest)
    black, white = float((shown.grey <= 0).mean()), float((shown.grey >= 1).mean())
    high, wide = picture.shape
    grey = {"grey": [float(shown.grey.min()), float(shown.grey.max())]}
    size = {"high": high, "wide": wide, "share_black": black, "share_white": white}
    box = {"box": _shares(shown.region, shown.grey.shape)} if shown.region else {}
    return {**facts, **shown.facts, **grey, **size, **box}, picture.tobytes()


def _shares(region: tuple[Span, Span], shape: tuple[int, ...]) -> list[float]:
    """Return the edges of a region as shares of the picture, as far as they are in it."""
    return [
        min(1.0, max(0.0, edge / length))
        for span, length in zip(region, shape, strict=True)
        for edge in span
    ]


def _image(place: ImagePlace, window: Window | None, sight: Sight) -> Shown:
    shown = _plane(place.path, place.member, window)
    if sight.region is None:
        return shown
    region = find_region(place, Image(shown.grey, shown.spacing_mm), sight)
    return replace(shown, region=region)


def _plane(path: Path, member: str, window: Window | None) -> Shown:
    head = read_head(path)
    if is_dicom(head):
        from radzoo.data.readers.dicom import read_dicom, read_ranges

        image = read_dicom(path, member, window)
        return Shown(image.pixels, image.spacing_mm, read_ranges(path, member, window))
    if window is not None:
        raise ImageRefused("not-hounsfield")
    image = find_reader(head).read(path, member)
    return Shown(image.pixels, image.spacing_mm, _raster_range(image))


def _raster_range(image: Image) -> dict[str, Any]:
    """Return the range of the stored values of a grey PNG or JPEG."""
    full = FULL.get(image.photometric)
    ends = (image.pixels.min(), image.pixels.max())
    return (
        {} if full is None else {"stored": [float(round(end * full)) for end in map(float, ends)]}
    )


def _slice(place: ImagePlace, window: Window | None, sight: Sight) -> Shown:
    from radzoo.data.volume import read_volume
    from radzoo.data.volume.fitted import find_region as find_spans

    volume = read_volume(place.path, place.member, place.parts)
    if window is not None and volume.unit != "HU":
        raise ImageRefused("not-hounsfield")
    middle, region = volume.values.shape[0] // 2, None
    if sight.region is not None:
        depth, rows, columns = find_spans(volume, place, sight)
        middle, region = int(np.clip(depth.middle, 0, len(volume.values) - 1)), (rows, columns)
    plane = volume.values[middle]
    if window is not None:
        low, high = window.center - window.width / 2, window.center + window.width / 2
    else:
        low, high = (float(edge) for edge in np.percentile(volume.values, PERCENTILES))
    grey = np.clip((plane - low) / ((high - low) or 1), 0, 1).astype(np.float32)
    values = [float(volume.values.min()), float(volume.values.max())]
    facts = {"values": values, "unit": volume.unit, "shown": [low, high], "slice": middle + 1}
    spacing = volume.spacing_mm
    return Shown(grey, None if spacing is None else (spacing[1], spacing[2]), facts, region)


def _small(shown: Shown, longest: int) -> NDArray[np.uint8]:
    """Return the picture in 256 greys, no larger than asked for, with square pixels."""
    rows, columns = shown.grey.shape
    high, wide = shown.spacing_mm or (1.0, 1.0)
    tall, broad = rows * high, columns * wide
    scale = min(longest, max(rows, columns)) / max(tall, broad)
    size = max(1, round(broad * scale)), max(1, round(tall * scale))
    picture = Pillow.fromarray(np.ascontiguousarray(shown.grey)).resize(
        size, Pillow.Resampling.BILINEAR
    )
    return np.asarray(np.rint(np.clip(np.asarray(picture), 0, 1) * 255), dtype=np.uint8)

"""Outlines of a reference and of a prediction, drawn on a grey picture."""

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

Flags = NDArray[np.bool_]
Grey = NDArray[Any]

REFERENCE_COLOUR: Final = (64, 176, 255)
PREDICTION_COLOUR: Final = (255, 150, 0)
BOTH_COLOUR: Final = (255, 255, 255)
LONGEST: Final = 320
FEWEST_AROUND: Final = 12
PERCENTILES: Final = (1.0, 99.0)


def pick_slice(reference: Flags, prediction: Flags) -> int:
    """Return the slice, along the first axis, where most voxels differ."""
    return int((reference ^ prediction).sum(axis=(1, 2)).argmax())


def draw_outlines(
    values: Grey, reference: Flags, prediction: Flags, steps: tuple[float, float] = (1.0, 1.0)
) -> bytes:
    """Return a PNG file of what is around the structure, with both outlines.

    The reference is blue, the prediction orange, and white where both run.

    Args:
        values: `(rows, columns)`, any range; black and white are percentiles of it.
        reference: `(rows, columns)`.
        prediction: likewise.
        steps: lengths of a row's and a column's step, in one unit.
    """
    around = find_surroundings(reference | prediction)
    low, high = np.percentile(values, PERCENTILES)
    grey = np.clip((values[around] - low) / ((high - low) or 1), 0, 1)
    rows, columns = grey.shape
    scale = LONGEST / max(rows * steps[0], columns * steps[1])
    size = max(1, round(columns * steps[1] * scale)), max(1, round(rows * steps[0] * scale))
    picture = Pillow.fromarray((grey * 255).astype(np.uint8)).resize(size)
    coloured = np.stack([np.asarray(picture)] * 3, axis=-1)
    true, found = (outline(enlarge(mask[around], size)) for mask in (reference, prediction))
    coloured[true] = REFERENCE_COLOUR
    coloured[found] = PREDICTION_COLOUR
    coloured[true & found] = BOTH_COLOUR
    file = io.BytesIO()
    Pillow.fromarray(coloured).save(file, "PNG", optimize=True)
    return file.getvalue()


def find_surroundings(mask: Flags) -> tuple[slice, slice]:
    """Return the box of a mask and half its size around it; all where it is empty."""
    parts = []
    for axis in (0, 1):
        places = np.flatnonzero(mask.any(axis=1 - axis))
        if not places.size:
            return slice(None), slice(None)
        first, last = int(places[0]), int(places[-1]) + 1
        around = max(FEWEST_AROUND, (last - first) // 2)
        parts.append(slice(max(0, first - around), last + around))
    return parts[0], parts[1]


def enlarge(mask: Flags, size: tuple[int, int]) -> Flags:
    """Bring a mask to columns and rows by the nearest pixel."""
    picture = Pillow.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(picture.resize(size, Pillow.Resampling.NEAREST)) > 0


def outline(mask: Flags) -> Flags:
    """Return the two outermost pixels of a mask."""
    inner = mask
    for _ in range(2):
        framed = np.pad(inner, 1)
        inner = inner & framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    return mask & ~inner

"""Parts of small pictures as numbers for a simple model: border, corners, rim, shades, all."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Vector

Images = NDArray[np.uint8]
PARTS: Final = ("border", "corners", "without the centre", "histogram", "statistics", "whole")
SIDE: Final = 64
BORDER: Final = 1
"""Pixels of 64: 1.6 % of the side."""
CORNER: Final = 10
CENTRE: Final = 0.6
AXES: Final = 40
AXES_OF_WHOLE: Final = 64
SHADES: Final = 16
NEARLY_BLACK: Final = 5
QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
AT_ONCE: Final = 256


def inputs_of(images: Images) -> Mapping[str, Matrix]:
    """Return of every part `(n, k)` numbers: its principal axes, and statistics of its pieces.

    The axes know no answers, so they may be drawn from cases of all folds.

    Args:
        images: `(n, 64, 64)`.
    """
    half, n = SIDE // 2, len(images)
    reduced = images.reshape(n, half, 2, half, 2).mean(axis=(2, 4), dtype=np.float32)
    rim = round((1 - CENTRE) / 2 * SIDE)
    return {
        "border": joined(images[:, distance_to_edge(SIDE) < BORDER], sides(images, BORDER)),
        "corners": np.concatenate(
            [joined(flat(corners(images)), corners(images)), *map(standing_out, corners(images))],
            axis=1,
        ),
        "without the centre": joined(
            reduced[:, distance_to_edge(half) < rim // 2], sides(images, rim)
        ),
        "histogram": histogram(images),
        "statistics": statistics(images),
        "whole": joined(reduced.reshape(n, -1), quadrants(images), AXES_OF_WHOLE),
    }


def distance_to_edge(side: int) -> NDArray[np.intp]:
    """Return how many pixels lie between each pixel and the nearest side, `(side, side)`."""
    at = np.minimum(np.arange(side), np.arange(side)[::-1])
    return np.minimum(at[:, None], at[None, :])


def sides(images: Images, width: int) -> list[Images]:
    """Return the strips along top, bottom, left and right."""
    return [images[:, :width], images[:, -width:], images[:, :, :width], images[:, :, -width:]]


def corners(images: Images) -> list[Images]:
    """Return the four corners."""
    ends = (slice(0, CORNER), slice(-CORNER, None))
    return [images[:, down, across] for down in ends for across in ends]


def quadrants(images: Images) -> list[Images]:
    """Return the four quarters."""
    ends = (slice(0, SIDE // 2), slice(SIDE // 2, None))
    return [images[:, down, across] for down in ends for across in ends]


def flat(pieces: list[Images]) -> Images:
    """Return the pixels of several pieces, an image in a row."""
    return np.concatenate([piece.reshape(len(piece), -1) for piece in pieces], axis=1)


def joined(pixels: NDArray[Any], pieces: list[Images], axes: int = AXES) -> Matrix:
    """Return the principal axes of some pixels beside statistics of the pieces they are of."""
    return np.concatenate([principal(pixels, axes), *map(summary, pieces)], axis=1)


def principal(pixels: NDArray[Any], axes: int) -> Matrix:
    """Return where images lie along the axes that vary most, `(n, axes)`."""
    centred = pixels.astype(np.float32) / 255
    centred -= centred.mean(axis=0)
    if len(centred) < centred.shape[1]:  # the same from the smaller of two matrices
        lengths, places = np.linalg.eigh(centred @ centred.T)
        scaled = places * np.sqrt(np.maximum(lengths, 0))
        return np.asarray(scaled[:, ::-1][:, :axes], dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ directions[:, ::-1][:, :axes], dtype=np.float64)


def summary(piece: Images) -> Matrix:
    """Return mean, spread, least, greatest and fourth value, and how much is nearly black."""
    values = np.sort(piece.reshape(len(piece), -1), axis=1)
    return np.stack(
        [values.mean(axis=1), values.std(axis=1), values[:, 0], values[:, -1], values[:, -4],
         (values < NEARLY_BLACK).mean(axis=1)],
        axis=1,
    )  # fmt: skip


def standing_out(piece: Images) -> Matrix:
    """Return how far the brightest and the darkest 3 x 3 pixels stand out of a piece, `(n, 2)`.

    A marker that moves about stands out wherever it is.
    """
    sums = np.cumsum(np.cumsum(np.pad(piece, ((0, 0), (1, 0), (1, 0))), axis=1, dtype=np.int32),
                     axis=2)  # fmt: skip
    boxes = (sums[:, 3:, 3:] - sums[:, :-3, 3:] - sums[:, 3:, :-3] + sums[:, :-3, :-3]) / 9
    middle = np.median(piece, axis=(1, 2))
    flat_boxes = boxes.reshape(len(piece), -1)
    return np.column_stack([flat_boxes.max(axis=1) - middle, middle - flat_boxes.min(axis=1)])


def histogram(images: Images) -> Matrix:
    """Return the roots of the shares of 16 shades, `(n, 16)`."""
    shades = [np.bincount(one.ravel() >> 4, minlength=SHADES) for one in images]
    return np.sqrt(np.array(shades) / SIDE**2)


def statistics(images: Images) -> Matrix:
    """Return mean, spread, seven quantiles and the steepness down and across, `(n, 11)`."""
    blocks = []
    for start in range(0, len(images), AT_ONCE):
        some = images[start : start + AT_ONCE].astype(np.float32)
        pixels = some.reshape(len(some), -1)
        down = np.abs(np.diff(some, axis=1)).mean(axis=(1, 2))
        across = np.abs(np.diff(some, axis=2)).mean(axis=(1, 2))
        quantiles = np.quantile(pixels, QUANTILES, axis=1).T
        blocks.append(np.column_stack([pixels.mean(1), pixels.std(1), quantiles, down, across]))
    return np.concatenate(blocks).astype(np.float64)


STATISTICS: Final = (
    "mean", "spread", *(f"{share:.0%} quantile" for share in QUANTILES), "steepness down",
    "steepness across",
)  # fmt: skip


def where_told(images: Images, positive: Vector) -> list[list[float]]:
    """Return of every pixel how well its brightness tells the answer: `2 |AUROC - 0.5|`.

    Exact, from counts of the 256 shades; 0 = not at all, 1 = wholly.
    """
    counts = [shade_counts(images[positive == answer]) for answer in (1.0, 0.0)]
    ill, well = (one / max(int(one[0].sum()), 1) for one in counts)
    darker = np.cumsum(well, axis=1) - well
    area = (ill * (darker + well / 2)).sum(axis=1)
    return [[round(float(one), 2) for one in row]
            for row in np.abs(2 * area - 1).reshape(SIDE, SIDE)]  # fmt: skip


def shade_counts(images: Images) -> NDArray[np.int64]:
    """Return how often each pixel has each shade, `(4096, 256)`."""
    counts = np.zeros(SIDE * SIDE * 256, np.int64)
    offsets = np.arange(SIDE * SIDE, dtype=np.int64) * 256
    for start in range(0, len(images), AT_ONCE):
        some = images[start : start + AT_ONCE].reshape(-1, SIDE * SIDE)
        counts += np.bincount((some + offsets).ravel(), minlength=counts.size)
    return counts.reshape(-1, 256)

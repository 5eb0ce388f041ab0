"""RZ003: images were turned, mirrored or cropped before the data were split."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.duplicates import across
from radzoo.checks.near_duplicates import (
    ALIKE,
    AXES,
    COARSE,
    FINE,
    SAMPLE,
    Pairs,
    Points,
    connect,
    reduced,
    spread_of,
    unit,
)
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value

ANGLES: Final = (-10.0, -5.0, 5.0, 10.0)
CROPS: Final = (0.9, 0.95)
GAIN: Final = 0.1
"""By so much more than the image itself the altered one has to correlate."""
FEW: Final = 4
"""So many nearest neighbours of each altered image are looked at."""


def examine(subject: Subject) -> Outcome:
    """Alter every image as augmentation does, and look for the result in other splits.

    The middle of the image alone is compared, since turning moves the corners out.
    """
    assert subject.pictures is not None
    if len({split for split in subject.splits if split}) < 2:
        return Silent("not applicable", "the cases are not split")
    images = subject.pictures.images
    rows = np.flatnonzero(subject.pictures.read & (spread_of(images) > 2.0))
    held = rows[np.isin(subject.splits[rows], ("val", "test"))]
    taught = rows[subject.splits[rows] == "train"]
    if not len(held) or not len(taught):
        return Silent("not applicable", "there is no training split, or nothing beside it")
    shown: list[dict[str, Value]] = []
    pairs = [np.empty((0, 2), np.int64)]
    for name, altered in orbit(images[held]):
        hits = search(images, taught, held, altered)
        pairs.append(across(subject, hits))
        shown.append({"alteration": name, "pairs": len(pairs[-1])})
    found = np.unique(np.concatenate(pairs), axis=0)
    guilty = np.unique(found)
    clusters = len(np.unique(connect(subject.n, found)[guilty])) if len(found) else 0
    evidence = Evidence(
        n=len(rows), n_patients=subject.n_patients, measure="pairs across splits",
        estimate=float(len(found)), facts={"originals": clusters}, rows=shown,
    )  # fmt: skip
    severity: Severity | None = "error" if len(found) else None
    message = (
        f"{len(found)} images of validation or test are turned, mirrored or cropped copies of "
        "training images: the data were augmented before they were split"
        if len(found) else "no image of validation or test is an altered copy of a training image"
    )  # fmt: skip
    return [Verdict(severity, message, evidence, rows=tuple(guilty.tolist()))]


def orbit(images: NDArray[np.uint8]) -> list[tuple[str, NDArray[np.uint8]]]:
    """Return images as augmentation would make them, with the name of each change."""
    from scipy.ndimage import rotate, zoom

    mirrored = images[:, :, ::-1]
    every: list[tuple[str, NDArray[np.uint8]]] = [
        (f"turned by {90 * turns}", np.rot90(images, turns, axes=(1, 2))) for turns in (1, 2, 3)
    ]
    every += [("upside down", images[:, ::-1]), ("transposed", images.transpose(0, 2, 1)),
              ("mirrored", mirrored)]  # fmt: skip
    every += [
        (f"turned by {angle:g}", rotate(images, angle, axes=(1, 2), reshape=False, order=1))
        for angle in ANGLES
    ]
    size = images.shape[-1]
    for share in CROPS:
        side = round(share * size)
        start = (size - side) // 2
        cut = images[:, start : start + side, start : start + side]
        every.append((f"cropped to {share:.0%}", zoom(cut, (1, size / side, size / side), order=1)))
    return [(name, np.ascontiguousarray(one)) for name, one in every]


def search(
    images: NDArray[np.uint8], taught: NDArray[np.intp], held: NDArray[np.intp],
    altered: NDArray[np.uint8],
) -> Pairs:  # fmt: skip
    """Return pairs (training, held back) where the altered image is the training image."""
    from scipy.spatial import cKDTree

    small = middle(images[taught], COARSE)
    centre, axes = spread_axes(small)
    points: Points = np.asarray((small - centre) @ axes, dtype=np.float32)
    asked: Points = np.asarray((middle(altered, COARSE) - centre) @ axes, dtype=np.float32)
    radius = float(np.sqrt(2 * (1 - ALIKE)))
    _, nearest = cKDTree(points).query(asked, k=min(FEW, len(taught)), distance_upper_bound=radius)
    nearest = np.asarray(nearest).reshape(len(held), -1)
    at, rank = np.nonzero(nearest < len(taught))
    first, second = taught[nearest[at, rank]], at
    seen = middle(images[first], FINE)
    fine = (seen * middle(altered[second], FINE)).sum(axis=1)
    plain = (seen * middle(images[held[second]], FINE)).sum(axis=1)
    # Images of one patient, or of few pixels, are alike as they are: altering has to bring them.
    kept = (fine >= ALIKE) & (fine - plain >= GAIN)
    return np.stack([first[kept], held[second[kept]]], axis=1).astype(np.int64)


def spread_axes(small: Points) -> tuple[Points, Points]:
    """Return the mean and the main axes `(k, AXES)` of some reductions."""
    some = small[:: max(1, len(small) // SAMPLE)]
    centre = some.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((some - centre).T))
    return centre, np.ascontiguousarray(axes[:, ::-1][:, :AXES], dtype=np.float32)


def middle(images: NDArray[np.uint8], side: int) -> Points:
    """Return the middle of images, reduced, as rows of mean 0 and length 1."""
    fields = reduced(images, side)
    edge = side // 8
    return unit(fields[:, edge : side - edge, edge : side - edge])


CHECK = Check(
    code="RZ003",
    trap="L3",
    title="augmented before the split",
    family="leakage",
    action="split the originals first and augment while training (radzoo finetune --augmentation)",
    not_shown="alterations that were not tried, such as elastic ones or turns by more than 10 "
    "degrees, are not found",
    references=(
        Reference(
            source="Vandewiele G et al. Artificial Intelligence in Medicine 2021;111:101987",
            finding="near-perfect results on preterm birth came from oversampling before the split",
        ),
    ),
    needs=frozenset({"pictures"}),
    slow=True,
    examine=examine,
)

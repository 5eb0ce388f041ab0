"""Images that are the same picture: equal, or re-encoded, cropped, toned, mirrored, inverted.

All pairs are too many to look at in full. Reductions of two images, of length 1, correlate by the
product of their first axes and at most the product of what is left of both; that bound needs 25
numbers for each image, and nearly all pairs fall short of `ALIKE` by it. The others count if their
difference hashes agree, too, and if they still correlate at more detail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.subject import Bits, Pictures

Kind: TypeAlias = Literal["same", "mirrored", "inverted"]
ALIKE: Final = 0.97
MOST_BITS: Final = 25
COARSE: Final = 16
FINE: Final = 32
AXES: Final = 24
SAMPLE: Final = 5000
SHIFT: Final = 1
TILE: Final = 4096
ROUNDING: Final = 1e-4
AT_ONCE: Final = 20_000
FLAT: Final = 2.0
"""An image with a smaller standard deviation, of 255, shows nothing that could be told again."""
Pairs: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.intp]
Points: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Pairs of images that show the same.

    Attributes:
        exact: `(n_pairs, 2)` rows whose pixels are equal, each with the first of its group.
        near: `(n_pairs, 2)` rows of other confirmed pairs; `kinds` and `likeness` of each.
        clusters: `(n_cases,)`, the same number for cases that any chain of pairs connects.
    """

    exact: Pairs
    near: Pairs
    kinds: tuple[Kind, ...]
    likeness: NDArray[np.float64]
    clusters: NDArray[np.intp]


@lru_cache(maxsize=1)
def find_duplicates(pictures: Pictures) -> Duplicates:
    """Return all pairs of images that show the same; those of the last pictures are kept.

    Args:
        pictures: of all cases.
    """
    return search(pictures)


def search(pictures: Pictures) -> Duplicates:
    """Look for equal images first, then for near ones among those that are left."""
    n = len(pictures.images)
    seen = np.flatnonzero(pictures.read & (spread_of(pictures.images) > FLAT))
    _, first, place = np.unique(pictures.digests[seen], return_index=True, return_inverse=True)
    leaders = seen[first][place]
    exact = np.stack([leaders, seen], axis=1)[leaders != seen]
    rows = np.sort(seen[first])
    found, kinds, likeness = search_near(pictures, rows)
    clusters = connect(n, np.concatenate([exact, found]) if len(found) else exact)
    return Duplicates(exact, found, kinds, likeness, clusters)


def spread_of(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the standard deviation of each image."""
    return np.array([one.std() for one in images])


def search_near(
    pictures: Pictures, rows: Rows
) -> tuple[Pairs, tuple[Kind, ...], NDArray[np.float64]]:
    """Return confirmed pairs of rows, their kinds, and how alike they are."""
    small = unit(reduced(pictures.images[rows], COARSE))
    turned = unit(reduced(pictures.images[rows][:, :, ::-1], COARSE))
    axes = main_axes(small) if len(rows) else np.empty((COARSE**2, 0), np.float32)
    first, other = shorten(small, axes), shorten(turned, axes)
    against = first.copy()
    against[:, -1] *= -1  # what is left must be as much against each other as it can
    asked: dict[Kind, Points] = {"same": first, "mirrored": other, "inverted": -against}
    pairs, kinds, likeness = [np.empty((0, 2), np.int64)], list[Kind](), [np.empty(0)]
    for kind, second in asked.items():
        for candidates in candidate_pairs(first, second):
            kept, alike = confirm(pictures, rows[candidates], kind)
            pairs.append(kept)
            kinds += [kind] * len(kept)
            likeness.append(alike)
    return np.concatenate(pairs), tuple(kinds), np.concatenate(likeness)


def main_axes(small: Points) -> Points:
    """Return the first axes `(k, AXES)` of some of the reductions, as they are, not centred."""
    some = small[:: max(1, len(small) // SAMPLE)]
    _, axes = np.linalg.eigh(some.T @ some)
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES], dtype=np.float32)


def shorten(small: Points, axes: Points) -> Points:
    """Return coordinates along the axes and, last, the length of what they leave out."""
    along = small @ axes
    left = np.sqrt(np.maximum(0.0, (small * small).sum(axis=1) - (along * along).sum(axis=1)))
    return np.concatenate([along, left[:, None]], axis=1, dtype=np.float32)


def candidate_pairs(first: Points, second: Points) -> Iterator[Pairs]:
    """Give pairs of places, the lower one first, whose bound reaches `ALIKE`, a block at a time."""
    for top in range(0, len(first), TILE):
        for left in range(top, len(first), TILE):
            bound = first[top : top + TILE] @ second[left : left + TILE].T
            at, to = np.nonzero(bound >= ALIKE - ROUNDING)
            pairs = np.stack([at + top, to + left], axis=1)
            yield pairs[pairs[:, 0] < pairs[:, 1]]


def confirm(pictures: Pictures, pairs: Pairs, kind: Kind) -> tuple[Pairs, NDArray[np.float64]]:
    """Return those pairs whose hashes agree and that correlate at more detail, and how well."""
    kept, alike = [np.empty((0, 2), np.int64)], [np.empty(0)]
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        some = some[distances(pictures, some, kind) <= MOST_BITS]
        likeness = correlate(pictures.images, some, kind)
        kept.append(some[likeness >= ALIKE])
        alike.append(likeness[likeness >= ALIKE])
    return np.concatenate(kept), np.concatenate(alike)


def distances(pictures: Pictures, pairs: Pairs, kind: Kind) -> NDArray[np.int64]:
    """Return in how many of 256 bits the difference hashes of each pair differ."""
    first: Bits = pictures.hashes[pairs[:, 0]]
    second: Bits = (pictures.mirrored if kind == "mirrored" else pictures.hashes)[pairs[:, 1]]
    apart = np.bitwise_count(first ^ second).sum(axis=1).astype(np.int64)
    return np.asarray(256 - apart if kind == "inverted" else apart)


def correlate(images: NDArray[np.uint8], pairs: Pairs, kind: Kind) -> NDArray[np.float64]:
    """Return the highest correlation of each pair over shifts of a pixel of 32."""
    first = reduced(images[pairs[:, 0]], FINE)
    second = reduced(images[pairs[:, 1]], FINE)
    if kind == "mirrored":
        second = second[:, :, ::-1]
    best = np.full(len(pairs), -1.0)
    inner = slice(SHIFT, FINE - SHIFT)
    fixed = unit(first[:, inner, inner])
    for down in range(2 * SHIFT + 1):
        for across in range(2 * SHIFT + 1):
            size = FINE - 2 * SHIFT
            moved = second[:, down : down + size, across : across + size]
            best = np.maximum(best, np.abs((fixed * unit(moved)).sum(axis=1)) if kind == "inverted"
                              else (fixed * unit(moved)).sum(axis=1))  # fmt: skip
    return best


def reduced(images: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Return means of equal fields, `(n, side, side)`."""
    n, size = len(images), images.shape[-1]
    fields = images.reshape(n, side, size // side, side, size // side)
    return np.asarray(fields.mean(axis=(2, 4), dtype=np.float32))


def unit(images: NDArray[np.float32]) -> Points:
    """Return each image as a row of mean 0 and length 1: their products are correlations."""
    rows = images.reshape(len(images), images.shape[1] * images.shape[2])
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6))


def connect(n: int, pairs: Pairs) -> NDArray[np.intp]:
    """Number the groups that pairs connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, numbers = connected_components(graph, directed=False)
    return np.asarray(numbers, dtype=np.intp)

"""Images that are the same picture: equal, or re-encoded, cropped, toned, mirrored, inverted.

All pairs are too many to look at. Two images whose reductions correlate by `ALIKE` or more lie
close together in the main axes of all reductions, for leaving axes out brings points nearer; so
a tree over few axes gives every pair that can be one, and few others. A pair counts if its
difference hashes agree, too, and if it still correlates at four times the detail.
"""

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
MOST_PAIRS: Final = 20_000_000
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
        radius: within which candidates were sought; smaller than wanted where they were too
            many, so that altered copies may have been missed.
    """

    exact: Pairs
    near: Pairs
    kinds: tuple[Kind, ...]
    likeness: NDArray[np.float64]
    clusters: NDArray[np.intp]
    radius: float


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
    found, kinds, likeness, radius = search_near(pictures, rows)
    clusters = connect(n, np.concatenate([exact, found]) if len(found) else exact)
    return Duplicates(exact, found, kinds, likeness, clusters, radius)


def spread_of(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the standard deviation of each image."""
    return np.array([one.std() for one in images])


def search_near(
    pictures: Pictures, rows: Rows
) -> tuple[Pairs, tuple[Kind, ...], NDArray[np.float64], float]:
    """Return confirmed pairs of rows, their kinds, how alike they are, and the radius."""
    from scipy.spatial import cKDTree

    wanted = float(np.sqrt(2 * (1 - ALIKE)))
    if len(rows) < 2:
        return np.empty((0, 2), np.int64), (), np.empty(0), wanted
    small = unit(reduced(pictures.images[rows], COARSE))
    centre, axes = main_axes(small)
    points = np.asarray((small - centre) @ axes, dtype=np.float32)
    turned = unit(reduced(pictures.images[rows][:, :, ::-1], COARSE))
    others: dict[Kind, Points] = {
        "same": points,
        "mirrored": np.asarray((turned - centre) @ axes, dtype=np.float32),
        "inverted": np.asarray((-small - centre) @ axes, dtype=np.float32),
    }
    tree, radius = cKDTree(points), wanted
    while tree.count_neighbors(tree, radius) > 2 * MOST_PAIRS + len(rows):
        radius *= 0.8
    pairs, kinds, likeness = [], list[Kind](), []
    for kind, other in others.items():
        candidates = near_pairs(tree, other, radius, kind)
        kept, alike = confirm(pictures, rows[candidates], kind)
        pairs.append(kept)
        kinds += [kind] * len(kept)
        likeness.append(alike)
    return np.concatenate(pairs), tuple(kinds), np.concatenate(likeness), radius


def main_axes(small: Points) -> tuple[Points, Points]:
    """Return the mean and the main axes `(k, AXES)` of some of the reductions."""
    some = small[:: max(1, len(small) // SAMPLE)]
    centre = some.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((some - centre).T))
    return centre, np.ascontiguousarray(axes[:, ::-1][:, :AXES], dtype=np.float32)


def near_pairs(tree: object, other: Points, radius: float, kind: Kind) -> Pairs:
    """Return pairs `(n_pairs, 2)` of places that lie close, each once, the lower one first."""
    from scipy.spatial import cKDTree

    assert isinstance(tree, cKDTree)
    if kind == "same":
        return np.asarray(tree.query_pairs(radius, output_type="ndarray"), dtype=np.int64)
    close = tree.sparse_distance_matrix(cKDTree(other), radius, output_type="ndarray")
    pairs = np.stack([close["i"], close["j"]], axis=1).astype(np.int64)
    return np.asarray(pairs[pairs[:, 0] < pairs[:, 1]])


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

"""Small images of all cases with their fingerprints, from the prepared store."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.subject import Bits, Pictures
from radzoo.core.case import Case
from radzoo.data.prepared import Prepared

SIDE: Final = 64
FIELDS: Final = 16
AT_ONCE: Final = 512


def pictures_of(prepared: Prepared, cases: Sequence[Case]) -> Pictures:
    """Reduce prepared images to small ones and fingerprints, a block at a time.

    Args:
        prepared: images of any size; should show the whole frame.
        cases: of the audit; those that could not be read have an empty row.
    """
    place = {case.case_id: row for row, case in zip(prepared.rows, prepared.cases, strict=True)}
    return fingerprint(prepared.images, [place.get(case.case_id, -1) for case in cases])


def fingerprint(stored: NDArray[Any], places: Sequence[int]) -> Pictures:
    """Reduce images to small ones and fingerprints, a block at a time.

    Args:
        stored: uint16 or uint8 `(any, size, size)`; may be memory-mapped.
        places: `n_cases`, the row of each case in it; -1 where it has none.
    """
    rows, n = np.array(places, dtype=np.int64), len(places)
    images = np.zeros((n, SIDE, SIDE), np.uint8)
    hashes, mirrored = np.zeros((n, 4), np.uint64), np.zeros((n, 4), np.uint64)
    digests = np.zeros(n, "S16")
    read = np.flatnonzero(rows >= 0)
    highest = np.iinfo(stored.dtype).max
    for start in range(0, len(read), AT_ONCE):
        some = read[start : start + AT_ONCE]
        whole = stored[rows[some]]
        images[some] = np.round(reduce_to(whole, SIDE) * (255 / highest)).astype(np.uint8)
        hashes[some] = difference_hash(whole)
        mirrored[some] = difference_hash(whole[:, :, ::-1])
        # Digests of 16 bytes may end in zeros, which numpy's bytes cannot tell from fewer: as hex.
        digests[some] = [blake2b(one.tobytes(), digest_size=8).hexdigest() for one in whole]
    return Pictures(images, hashes, mirrored, digests, rows >= 0)


def reduce_to(images: NDArray[Any], side: int, width: int | None = None) -> NDArray[np.float32]:
    """Return means of equal fields, `(n, side, width)`; enlarged ones repeat their pixels."""
    width = width or side
    down = edges(images.shape[1], side)
    across = edges(images.shape[2], width)
    sums = np.add.reduceat(images.astype(np.float32), down[:-1], axis=1)
    sums = np.add.reduceat(sums, across[:-1], axis=2)
    counts = np.maximum(np.diff(down), 1)[:, None] * np.maximum(np.diff(across), 1)[None]
    return np.asarray(sums / counts, dtype=np.float32)


def edges(length: int, fields: int) -> NDArray[np.intp]:
    """Return where fields begin, and the end."""
    return np.append((np.arange(fields) * length) // fields, length).astype(np.intp)


def difference_hash(images: NDArray[Any]) -> Bits:
    """Return 256 bits of each image, `(n, 4)`: is each field brighter than its left neighbour?

    References:
        Krawetz N. Kind of Like That. The Hacker Factor Blog, 2013 (dHash).
    """
    fields = reduce_to(images, FIELDS, FIELDS + 1)
    bits = np.packbits((fields[:, :, 1:] > fields[:, :, :-1]).reshape(len(images), -1), axis=1)
    return np.ascontiguousarray(bits).view(np.uint64)

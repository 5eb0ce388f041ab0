"""Do not compute twice in a row what several metrics share."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Answer = TypeVar("Answer")
Array = NDArray[np.float64]


def remember_last(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return the function with a memory of its last answer.

    The arguments, arrays or None, are compared by what they hold: one that was changed in
    place is another argument.
    """
    last: list[tuple[bytes, Answer]] = []

    def remembering(*arrays: Array | None) -> Answer:
        key = fingerprint(arrays)
        if not last or last[0][0] != key:
            last[:] = [(key, function(*arrays))]
        return last[0][1]

    remembering.__doc__ = function.__doc__
    return remembering


def fingerprint(arrays: tuple[Array | None, ...]) -> bytes:
    """Return a hash of arrays and their shapes."""
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        digest.update(b"none" if array is None else repr(array.shape).encode())
        if array is not None:
            digest.update(np.ascontiguousarray(array).data)
    return digest.digest()

"""The arrays of a store while they are being written, row beside row."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from radzoo.data.prepared.array_file import Array, join_hashes, open_array, write_at


class Arrays:
    """Open files, one for each array."""

    def __init__(self, arrays: Sequence[Array], descriptors: Sequence[int]) -> None:
        self._files = tuple(zip(arrays, descriptors, strict=True))
        self.begin_block()

    def begin_block(self) -> None:
        """Begin to hash anew."""
        self._digests = [hashlib.sha256() for _ in self._files]

    def write_row(self, row: int, parts: Sequence[bytes]) -> None:
        """Write one row of each array.

        Raises:
            OSError: if the disk is full.
        """
        for (array, descriptor), digest, part in zip(
            self._files, self._digests, parts, strict=True
        ):
            write_at(descriptor, part, array.offset_of(row))
            digest.update(part)

    @property
    def sha256(self) -> str:
        """Hash of the rows written since the block began."""
        return join_hashes([digest.hexdigest() for digest in self._digests])

    def sync(self) -> None:
        """Wait until everything is on the disk."""
        for _, descriptor in self._files:
            os.fsync(descriptor)

    def finish(self, n: int) -> None:
        """Write how many rows there are, and cut off what is behind them."""
        for array, descriptor in self._files:
            write_at(descriptor, array.header(n), 0)
            os.ftruncate(descriptor, array.offset_of(n))
        self.sync()


@contextmanager
def open_arrays(folder: Path, arrays: Sequence[Array]) -> Iterator[Arrays]:
    """Open the arrays of a store for writing.

    Raises:
        OSError: if the folder cannot be written.
    """
    with ExitStack() as files:
        descriptors = []
        for array in arrays:
            descriptors.append(open_array(folder / array.name))
            files.callback(os.close, descriptors[-1])
        yield Arrays(arrays, descriptors)

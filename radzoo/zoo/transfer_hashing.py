"""Hashes a file while it is still being written, in a second thread, reading what is there.

What is hashed is what stands in the file, not what came from the network; and it costs no
time of its own, since it runs beside the transfer.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.zoo.checksum import Measure, Measured

if TYPE_CHECKING:
    from radzoo.core.entry import File

BLOCK_BYTES = 1 << 20


class HashBehind:
    """Measures a file that grows; `close` it, or `finish` it."""

    def __init__(self, path: Path, expected: "File") -> None:
        self._stream = path.open("rb", buffering=0)
        self._measure = Measure(expected)
        self._written = 0
        self._told = 0
        self._ended = False
        self._failure: OSError | None = None
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="radzoo-hash", daemon=True)
        self._thread.start()

    def reach(self, size: int) -> None:
        """Say that the first `size` bytes are in the file."""
        self._written = size
        if size - self._told >= BLOCK_BYTES:
            self._told = size
            with self._news:
                self._news.notify()

    def finish(self) -> Measured:
        """Wait for the rest and return what was measured.

        Raises:
            OSError: if the file cannot be read.
        """
        self._end()
        if self._failure:
            raise self._failure
        return self._measure.result()

    def close(self) -> None:
        """End the thread, whether or not it is done."""
        self._written = 0
        self._end()

    def _end(self) -> None:
        with self._news:
            self._ended = True
            self._news.notify()
        self._thread.join()
        self._stream.close()

    def _run(self) -> None:
        buffer = memoryview(bytearray(BLOCK_BYTES))
        done = 0
        while True:
            self._wait_for(done + BLOCK_BYTES)
            wanted = min(self._written - done, BLOCK_BYTES)
            if wanted <= 0:
                return
            try:
                size = self._stream.readinto(buffer[:wanted])
                if not size:
                    raise OSError("the file has become shorter")
            except OSError as error:
                self._failure = error
                return
            self._measure.add(buffer[:size])
            done += size

    def _wait_for(self, size: int) -> None:
        with self._news:
            self._news.wait_for(lambda: self._ended or self._written >= size)

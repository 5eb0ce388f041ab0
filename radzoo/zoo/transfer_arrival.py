"""What has arrived of a file: written down at once, hashed behind the writer."""

import shutil
from types import TracebackType
from typing import TYPE_CHECKING, Self

from radzoo.core.errors import EnvironmentFailure
from radzoo.zoo.checksum import Measured
from radzoo.zoo.partials import NO_KEY, Partial
from radzoo.zoo.transfer_hashing import HashBehind

if TYPE_CHECKING:
    from radzoo.core.entry import File

# What is less is fetched again sooner than anybody looks for it.
KEEP_FROM_BYTES = 64 << 20


class Arrival:
    """Fills an incomplete file; a context that closes it, and removes it if it is no use.

    Attributes:
        size: bytes that are in the file.
        pieced: did they come in more than one answer, or from a process before?
        validator: what the server calls the version that they are of: a strong ETag, or a
            date; empty if it says nothing.
        url: the address that `validator` belongs to.
    """

    def __init__(self, partial: Partial, expected: "File") -> None:
        self.partial = partial
        self.size = partial.stream.tell()
        self.pieced = partial.adopted
        self.validator = ""
        self.url = ""
        self._expected = expected
        self._hashing = HashBehind(partial.path, expected)
        self._hashing.reach(self.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hashing.close()
        self.partial.stream.close()
        if not self._is_worth_keeping(error):
            self.partial.path.unlink(missing_ok=True)

    def check_space(self, size_bytes: int | None) -> None:
        """Raise `EnvironmentFailure` if what is missing of `size_bytes` will not fit."""
        missing = (size_bytes or 0) - self.size
        free = shutil.disk_usage(self.partial.path.parent).free
        if free < missing * 1.05:
            raise EnvironmentFailure(
                f"the download needs {missing:,} bytes of disk space, {free:,} are free",
                id="disk-full",
                hint="make room, or choose another place with --cache-dir",
            )

    def add(self, block: bytes) -> None:
        """Write down what has come."""
        view = memoryview(block)
        while view:
            written = self.partial.stream.write(view)
            self.size += written
            view = view[written:]
        self._hashing.reach(self.size)

    def start_again(self) -> None:
        """Forget what has arrived."""
        self._hashing.close()
        self.partial.stream.seek(0)
        self.partial.stream.truncate()
        self.size, self.pieced, self.validator, self.url = 0, False, "", ""
        self._hashing = HashBehind(self.partial.path, self._expected)

    def finish(self) -> Measured:
        """Return size and hashes of the file."""
        return self._hashing.finish()

    def _is_worth_keeping(self, error: BaseException | None) -> bool:
        """Should a later pull be able to go on here? After Ctrl-C, or when the network fails."""
        if self.partial.key == NO_KEY or not self.size or error is None:
            return False
        if isinstance(error, EnvironmentFailure):
            return error.id == "download-failed" and self.size >= KEEP_FROM_BYTES
        return not isinstance(error, Exception)

"""Memory that a child of the guard writes its pixels to and the parent reads them from.

It has no name in any folder: it is gone when both processes have closed it, however they
end, and `/dev/shm` may be as small as it likes. Both sides copy with `pwrite` and `pread`
rather than map it, so that memory running out is an error and not a signal. Where the system
has no such memory, or it is used up, pixels go through the pipe.
"""

import os
from typing import Final

VARIABLE: Final = "RADZOO_ROOM"
PLACES: Final = 2
PLACE_BYTES: Final = 8 * 1024**2


class Room:
    """Some places for one answer each; the parent says which one a child is to use."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def make(cls) -> "Room | None":
        """Return new memory, or None if there is none to be had."""
        if not hasattr(os, "memfd_create"):
            return None
        import fcntl  # not on every system

        try:
            descriptor = os.memfd_create("radzoo", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        except OSError:
            return None
        room = cls(descriptor)
        try:
            os.ftruncate(descriptor, PLACES * PLACE_BYTES)
            # Whatever happens to a child, it cannot let this grow.
            seals = fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        except OSError:
            room.close()
            return None
        return room

    @classmethod
    def inherit(cls) -> "Room | None":
        """In a child: return the parent's memory, or None if it gave none."""
        number = os.environ.pop(VARIABLE, "")
        if not number.isdecimal():
            return None
        os.set_inheritable(int(number), False)
        return cls(int(number))

    def write(self, place: int, body: bytes) -> bool:
        """Put an answer in its place; False if it does not fit or there is no memory left."""
        if len(body) > PLACE_BYTES or not 0 <= place < PLACES:
            return False
        try:
            return os.pwrite(self.descriptor, body, place * PLACE_BYTES) == len(body)
        except OSError:
            return False

    def read(self, place: int, size: int) -> bytes:
        """Return a copy of an answer.

        Raises:
            EOFError: if no answer can be that long.
        """
        if not 0 <= size <= PLACE_BYTES:
            raise EOFError
        body = os.pread(self.descriptor, size, place * PLACE_BYTES)
        if len(body) != size:
            raise EOFError
        return body

    def close(self) -> None:
        """Give up this side's hold on the memory."""
        os.close(self.descriptor)

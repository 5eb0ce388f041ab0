"""Memory that a child of the guard writes its pixels to and the parent reads them from.

It has no name in any folder: it is gone when both processes have closed it, however they
end, and `/dev/shm` may be as small as it likes. Both sides copy with `pwrite` and `pread`
rather than map it, so that memory running out is an error and not a signal. Where the system
has no such memory, or it is used up, pixels go through the pipe.

Images have two places, so that one is written while the other is read. Behind these lies a
hall for one volume; it takes no memory until something is written to it, and none any more
once that was read.
"""

import mmap
import os
from contextlib import suppress
from typing import Final

from radzoo.data.pipe import MAX_BODY, Body, pieces_of, size_of

VARIABLE: Final = "RADZOO_ROOM"
PLACES: Final = 2
PLACE_BYTES: Final = 8 * 1024**2
HALL: Final = PLACES * PLACE_BYTES
HALL_BYTES: Final = MAX_BODY if hasattr(mmap, "MADV_REMOVE") else 0


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
            os.ftruncate(descriptor, HALL + HALL_BYTES)
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

    def write(self, place: int, body: Body, alone: bool) -> bool:
        """Put an answer in its place; False if it does not fit or there is no memory left.

        Args:
            place: for an answer that fits there.
            body: the answer.
            alone: is no other answer under way, so that this one may take the hall?
        """
        size = size_of(body)
        if not (0 <= place < PLACES and size <= (HALL_BYTES if alone else PLACE_BYTES)):
            return False
        start = _start(place, size)
        try:
            for piece in pieces_of(body):
                if os.pwrite(self.descriptor, piece, start) != piece.nbytes:
                    return False
                start += piece.nbytes
        except OSError:
            return False
        return True

    def read(self, place: int, size: int, alone: bool) -> bytes:
        """Return a copy of an answer; the hall gives up its memory.

        Raises:
            EOFError: if no answer can be that long.
        """
        if not 0 <= size <= (HALL_BYTES if alone else PLACE_BYTES):
            raise EOFError
        body = os.pread(self.descriptor, size, _start(place, size))
        if len(body) != size:
            raise EOFError
        if size > PLACE_BYTES:
            self._clear_hall()
        return body

    def _clear_hall(self) -> None:
        """Give the memory of the hall back to the system; at the latest, it is when all end."""
        with suppress(OSError), mmap.mmap(self.descriptor, HALL + HALL_BYTES) as whole:
            whole.madvise(mmap.MADV_REMOVE, HALL, HALL_BYTES)

    def close(self) -> None:
        """Give up this side's hold on the memory."""
        os.close(self.descriptor)


def _start(place: int, size: int) -> int:
    return HALL if size > PLACE_BYTES else place * PLACE_BYTES

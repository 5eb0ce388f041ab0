"""One decoding process of the guard: its pipes, its memory, its end."""

import os
import selectors
import subprocess
import time
from pathlib import Path
from typing import IO, Any, Final

import radzoo
from radzoo.core.errors import EnvironmentFailure
from radzoo.data.pipe import unpack
from radzoo.data.room import PLACES, VARIABLE, Room

START_S: Final = 60.0
# glibc gives large blocks back to the system and gets them anew, page by page, for every
# image, which costs a fifth of decoding it. 32 MiB is the most that it lets be kept.
KEEP_MEMORY: Final = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "134217728"}


class Child:
    """A process that answers messages in their order; up to `room.PLACES` may be under way.

    Attributes:
        unanswered: how many are.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        self._room = Room.make()
        self._place = 0
        self.unanswered = 0
        shared = () if self._room is None else (self._room.descriptor,)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(self._room),
                pass_fds=shared,
                start_new_session=True,  # Ctrl-C goes to the parent, which ends the children
            )
        except OSError:
            self._close_room()
            raise _does_not_start(command) from None
        try:
            self._receive(START_S)
        except (EOFError, TimeoutError):
            self.end()
            raise _does_not_start(command) from None

    @property
    def alive(self) -> bool:
        """Can it be asked?"""
        return self._process.poll() is None

    @property
    def next_place(self) -> int:
        """Where in the shared memory the pixels that are asked for next shall go."""
        return (self._place + self.unanswered) % PLACES

    def send(self, message: bytes) -> None:
        """Send a message.

        Raises:
            OSError: if the child died.
        """
        stdin = _pipe(self._process.stdin)
        stdin.write(message)
        stdin.flush()
        self.unanswered += 1

    def receive(self, timeout_s: float, *, alone: bool = False) -> tuple[dict[str, Any], bytes]:
        """Wait for the answer to the first message that has none.

        Args:
            timeout_s: how long at most.
            alone: may the answer lie in the hall of the room?

        Raises:
            EOFError: if the child died, or answers nonsense; an `OSError` says the same.
            TimeoutError: if it takes too long.
        """
        fields, body = self._receive(timeout_s)
        size = fields.pop("in_room", None)
        if size is not None:
            if self._room is None or not isinstance(size, int):
                raise EOFError
            body = self._room.read(self._place, size, alone)
        self._place = (self._place + 1) % PLACES
        self.unanswered -= 1
        return fields, body

    def _receive(self, timeout_s: float) -> tuple[dict[str, Any], bytes]:
        stdout, deadline = _pipe(self._process.stdout), time.monotonic() + timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            return unpack(lambda size: _read_exactly(stdout, size, selector, deadline))

    def kill(self) -> None:
        """Kill it; whoever waits for an answer gets an `EOFError`."""
        self._process.kill()

    def end(self) -> None:
        """Kill it and close what belongs to it; there is nothing in it worth saving."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                continue  # what could not be sent to a dead child
        self._close_room()

    def _close_room(self) -> None:
        if self._room is not None:
            self._room.close()
            self._room = None


def _does_not_start(command: tuple[str, ...]) -> EnvironmentFailure:
    return EnvironmentFailure(
        "the process that decodes images does not start",
        id="guard-start",
        hint=f"see what this says: {' '.join(command)} < /dev/null",
    )


def _read_exactly(
    pipe: IO[bytes], size: int, selector: selectors.BaseSelector, deadline: float
) -> bytes:
    parts, missing = [], size
    while missing:
        left = deadline - time.monotonic()
        if left <= 0 or not selector.select(left):
            raise TimeoutError
        part = os.read(pipe.fileno(), min(missing, 1024**2))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _environment(room: Room | None) -> dict[str, str]:
    """Let the child find radzoo wherever the parent found it, and use one thread."""
    shared = {} if room is None else {VARIABLE: str(room.descriptor)}
    root = str(Path(radzoo.__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join([*([known] if known else []), root])
    return {**os.environ, **one, **KEEP_MEMORY, **shared, "PYTHONPATH": path}


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream
